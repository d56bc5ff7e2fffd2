package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// The files of k3s's folder "tls": three authorities and what they sign.
type pki struct {
	folder string
	serial int64
}

type authority struct {
	certificate *x509.Certificate
	key         crypto.Signer
}

func newPki(folder string, sans []string) (*pki, error) {
	p := &pki{folder: folder, serial: time.Now().UnixNano()}
	for _, each := range []string{folder, filepath.Dir(kubeconfig), p.credentials()} {
		if err := os.MkdirAll(each, 0o700); err != nil {
			return nil, err
		}
	}
	client, err := p.authority("k3s-client", "client-ca")
	fail(err)
	server, err := p.authority("k3s-server", "server-ca")
	fail(err)
	header, err := p.authority("k3s-request-header", "request-header-ca")
	fail(err)
	forClients := []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	forServers := []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	masters := []string{"system:masters"}
	fail(p.issue(client, "client-admin", "system:admin", masters, nil, forClients))
	fail(p.issue(client, "client-controller", "system:kube-controller-manager", nil, nil, forClients))
	fail(p.issue(client, "client-scheduler", "system:kube-scheduler", nil, nil, forClients))
	fail(p.issue(client, "client-kube-apiserver", "system:apiserver", masters, nil, forClients))
	fail(p.issue(header, "client-auth-proxy", "system:auth-proxy", nil, nil, forClients))
	names := append([]string{"kubernetes", "kubernetes.default", "kubernetes.default.svc",
		"kubernetes.default.svc.cluster.local"}, sans...)
	fail(p.issue(server, "serving-kube-apiserver", "kube-apiserver", nil, names, forServers))
	fail(p.serviceAccountKey("service"))
	for _, each := range []string{"controller", "scheduler"} {
		fail(p.writeInternal(each))
	}
	return p, nil
}

func (p *pki) file(name string) string { return filepath.Join(p.folder, name) }

func (p *pki) credentials() string { return filepath.Join(filepath.Dir(p.folder), "cred") }

func (p *pki) kubeconfig(of string) string {
	return filepath.Join(p.credentials(), of+".kubeconfig")
}

// An EC key in SEC 1 form and a certificate of its own: createSigningCertKey of k3s.
func (p *pki) authority(prefix, file string) (*authority, error) {
	key, err := p.ecKey(file)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(0),
		Subject:               pkix.Name{CommonName: fmt.Sprintf("%s-ca@%d", prefix, now.Unix())},
		NotBefore:             now,
		NotAfter:              now.Add(10 * 365 * 24 * time.Hour),
		KeyUsage:              x509.KeyUsageKeyEncipherment | x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &authority{certificate, key}, p.writePem(file+".crt", 0o644, "CERTIFICATE", der)
}

// A certificate with its authority's behind it in the same file: createClientCertKey of k3s.
func (p *pki) issue(by *authority, file, name string, groups, sans []string, usages []x509.ExtKeyUsage) error {
	key, err := p.ecKey(file)
	if err != nil {
		return err
	}
	p.serial++
	template := &x509.Certificate{
		SerialNumber: big.NewInt(p.serial),
		Subject:      pkix.Name{CommonName: name, Organization: groups},
		NotBefore:    by.certificate.NotBefore,
		NotAfter:     time.Now().Add(365 * 24 * time.Hour),
		KeyUsage:     x509.KeyUsageKeyEncipherment | x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  usages,
	}
	for _, each := range sans {
		if ip := net.ParseIP(each); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, each)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.certificate, key.Public(), by.key)
	if err != nil {
		return err
	}
	return p.writePem(file+".crt", 0o644, "CERTIFICATE", der, by.certificate.Raw)
}

func (p *pki) ecKey(file string) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, p.writePem(file+".key", 0o600, "EC PRIVATE KEY", der)
}

func (p *pki) serviceAccountKey(file string) error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	return p.writePem(file+".key", 0o600, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key))
}

func (p *pki) writePem(file string, mode os.FileMode, kind string, blocks ...[]byte) error {
	var text []byte
	for _, each := range blocks {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: each})...)
	}
	return os.WriteFile(p.file(file), text, mode)
}

// For the components: files named, as k3s does.
func (p *pki) writeInternal(of string) error {
	return os.WriteFile(p.kubeconfig(of), fmt.Appendf(nil, `apiVersion: v1
kind: Config
clusters:
- cluster: {server: "https://127.0.0.1:%s", certificate-authority: %s}
  name: local
contexts:
- context: {cluster: local, namespace: default, user: user}
  name: Default
current-context: Default
users:
- name: user
  user: {client-certificate: %s, client-key: %s}
`, port, p.file("server-ca.crt"), p.file("client-"+of+".crt"), p.file("client-"+of+".key")), 0o600)
}

// The administrator's, with everything in it, under the names that k3s gives.
func (p *pki) writeKubeconfig(file, server string) error {
	var data []any
	data = append(data, nil, server)
	for i, name := range []string{"server-ca.crt", "client-admin.crt", "client-admin.key"} {
		content, err := os.ReadFile(p.file(name))
		if err != nil {
			return err
		}
		encoded := base64.StdEncoding.EncodeToString(content)
		if i == 0 {
			data[0] = encoded
		} else {
			data = append(data, encoded)
		}
	}
	return os.WriteFile(file, fmt.Appendf(nil, `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: %s
    server: %s
  name: default
contexts:
- context:
    cluster: default
    user: default
  name: default
current-context: default
kind: Config
preferences: {}
users:
- name: default
  user:
    client-certificate-data: %s
    client-key-data: %s
`, data...), 0o600)
}

func (p *pki) awaitReady(url string) {
	admin, err := tls.LoadX509KeyPair(p.file("client-admin.crt"), p.file("client-admin.key"))
	fail(err)
	roots := x509.NewCertPool()
	text, err := os.ReadFile(p.file("server-ca.crt"))
	fail(err)
	roots.AppendCertsFromPEM(text)
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{admin}}}}
	for {
		if answer, err := client.Get(url); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
}
