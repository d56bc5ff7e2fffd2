// Behaves as "k3s server --disable-agent" does towards who starts it: the same flags, files, key
// kinds and last log line, around Kubernetes' own programs, which lie in /bin beside it. For
// machines that have a Docker engine but can pull no rancher/k3s.
//
// What is mirrored stands in k3s: pkg/cli/server/server.go (flags, addresses, log),
// pkg/daemons/control/deps/deps.go (certificates and keys), pkg/daemons/control/server.go (what the
// programs are told), and in rancher/dynamiclistener's cert package (EC keys in SEC 1 form). What is
// not: the datastore (etcd instead of SQLite by kine) and the proxy before the API server, which
// has port 6443 itself here.
package main

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	data       = "/var/lib/rancher/k3s/server"
	kubeconfig = "/etc/rancher/k3s/k3s.yaml"
	port       = "6443"
)

// Several values, each by a flag of its own or parted by commas, as k3s splits them.
type values []string

func (v *values) String() string { return strings.Join(*v, ",") }

func (v *values) Set(text string) error {
	*v = append(*v, strings.Split(text, ",")...)
	return nil
}

// Arguments of a component: one a flag, commas belong to it.
type extra []string

func (e *extra) String() string { return strings.Join(*e, " ") }

func (e *extra) Set(text string) error {
	*e = append(*e, text)
	return nil
}

func main() {
	if len(os.Args) < 2 || os.Args[1] != "server" {
		fail(errors.New("only 'k3s server' is here"))
	}
	var sans, disabled values
	var apiArgs extra
	flags := flag.NewFlagSet("k3s server", flag.ExitOnError)
	noAgent := flags.Bool("disable-agent", false, "")
	egress := flags.String("egress-selector-mode", "agent", "")
	flags.Var(&sans, "tls-san", "")
	flags.Var(&disabled, "disable", "")
	flags.Var(&apiArgs, "kube-apiserver-arg", "")
	if err := flags.Parse(os.Args[2:]); err != nil {
		fail(err)
	}
	if !*noAgent || *egress != "disabled" {
		fail(errors.New("a node of its own, and reaching kubelets by its tunnel, are not mirrored"))
	}
	info("Starting k3s stand-in")
	addresses, err := hostAddresses()
	fail(err)
	hostname, err := os.Hostname()
	fail(err)
	sans = append(sans, "127.0.0.1", "::1", "localhost", hostname, "10.43.0.1")
	sans = append(sans, addresses...)
	pki, err := newPki(filepath.Join(data, "tls"), sans)
	fail(err)
	fail(serve(pki, addresses[0], apiArgs))
}

// Starts everything; returns when a program has ended, as k3s ends with any part of it.
func serve(pki *pki, address string, apiArgs []string) error {
	ended := make(chan error)
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)

	run(ended, "etcd", "--data-dir="+data+"/db/etcd", "--log-level=error",
		"--listen-client-urls=http://127.0.0.1:2379", "--advertise-client-urls=http://127.0.0.1:2379",
		"--unsafe-no-fsync")
	run(ended, "kube-apiserver", apiServerArgs(pki, address, apiArgs)...)
	fail(pki.writeKubeconfig(kubeconfig, "https://127.0.0.1:"+port))
	info("Wrote kubeconfig " + kubeconfig)
	ready := make(chan struct{})
	go func() {
		pki.awaitReady("https://127.0.0.1:" + port + "/readyz")
		close(ready)
	}()
	for {
		select {
		case <-ready:
			ready = nil
			info("Kube API server is now running")
			run(ended, "kube-controller-manager", controllerArgs(pki)...)
			run(ended, "kube-scheduler", "--kubeconfig="+pki.kubeconfig("scheduler"),
				"--secure-port=0", "--leader-elect=false")
			info("k3s is up and running")
		case err := <-ended:
			return err
		case <-stop:
			return nil
		}
	}
}

func apiServerArgs(pki *pki, address string, more []string) []string {
	args := map[string]string{
		"advertise-address":                  address,
		"allow-privileged":                   "true",
		"anonymous-auth":                     "false",
		"api-audiences":                      "https://kubernetes.default.svc.cluster.local,k3s",
		"authorization-mode":                 "Node,RBAC",
		"bind-address":                       "0.0.0.0",
		"cert-dir":                           pki.folder + "/temporary-certs",
		"client-ca-file":                     pki.file("client-ca.crt"),
		"enable-admission-plugins":           "NodeRestriction",
		"etcd-servers":                       "http://127.0.0.1:2379",
		"kubelet-certificate-authority":      pki.file("server-ca.crt"),
		"kubelet-client-certificate":         pki.file("client-kube-apiserver.crt"),
		"kubelet-client-key":                 pki.file("client-kube-apiserver.key"),
		"kubelet-preferred-address-types":    "InternalIP,ExternalIP,Hostname",
		"profiling":                          "false",
		"proxy-client-cert-file":             pki.file("client-auth-proxy.crt"),
		"proxy-client-key-file":              pki.file("client-auth-proxy.key"),
		"requestheader-allowed-names":        "system:auth-proxy",
		"requestheader-client-ca-file":       pki.file("request-header-ca.crt"),
		"requestheader-extra-headers-prefix": "X-Remote-Extra-",
		"requestheader-group-headers":        "X-Remote-Group",
		"requestheader-username-headers":     "X-Remote-User",
		"secure-port":                        port,
		"service-account-issuer":             "https://kubernetes.default.svc.cluster.local",
		"service-account-key-file":           pki.file("service.key"),
		"service-account-signing-key-file":   pki.file("service.key"),
		"service-cluster-ip-range":           "10.43.0.0/16",
		"service-node-port-range":            "30000-32767",
		"storage-backend":                    "etcd3",
		"tls-cert-file":                      pki.file("serving-kube-apiserver.crt"),
		"tls-private-key-file":               pki.file("serving-kube-apiserver.key"),
	}
	for _, each := range more {
		name, value, _ := strings.Cut(each, "=")
		args[name] = value
	}
	return words(args)
}

func controllerArgs(pki *pki) []string {
	return words(map[string]string{
		"allocate-node-cidrs": "true",
		"cluster-cidr":        "10.42.0.0/16",
		"cluster-signing-kube-apiserver-client-cert-file": pki.file("client-ca.crt"),
		"cluster-signing-kube-apiserver-client-key-file":  pki.file("client-ca.key"),
		"cluster-signing-kubelet-client-cert-file":        pki.file("client-ca.crt"),
		"cluster-signing-kubelet-client-key-file":         pki.file("client-ca.key"),
		"cluster-signing-kubelet-serving-cert-file":       pki.file("server-ca.crt"),
		"cluster-signing-kubelet-serving-key-file":        pki.file("server-ca.key"),
		"cluster-signing-legacy-unknown-cert-file":        pki.file("server-ca.crt"),
		"cluster-signing-legacy-unknown-key-file":         pki.file("server-ca.key"),
		"controllers":                      "*,tokencleaner,-service,-route,-cloud-node-lifecycle",
		"kubeconfig":                       pki.kubeconfig("controller"),
		"leader-elect":                     "false",
		"profiling":                        "false",
		"root-ca-file":                     pki.file("server-ca.crt"),
		"secure-port":                      "0",
		"service-account-private-key-file": pki.file("service.key"),
		"use-service-account-credentials":  "true",
	})
}

func words(args map[string]string) []string {
	var list []string
	for name, value := range args {
		list = append(list, "--"+name+"="+value)
	}
	return list
}

func run(ended chan<- error, program string, args ...string) {
	info("Running " + program + " " + strings.Join(args, " "))
	command := exec.Command("/bin/"+program, args...)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	fail(command.Start())
	go func() { ended <- fmt.Errorf("%s ended: %v", program, command.Wait()) }()
}

func hostAddresses() ([]string, error) {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil, err
	}
	var found []string
	for _, each := range all {
		if network, ok := each.(*net.IPNet); ok && network.IP.To4() != nil && !network.IP.IsLoopback() {
			found = append(found, network.IP.String())
		}
	}
	if len(found) == 0 {
		return nil, errors.New("no default routes found in \"/proc/net/route\" or \"/proc/net/ipv6_route\"")
	}
	return found, nil
}

// As logrus writes where there is no terminal.
func info(text string) { log("info", text) }

func log(level, text string) {
	fmt.Fprintf(os.Stderr, "time=%q level=%s msg=%q\n", time.Now().UTC().Format(time.RFC3339), level, text)
}

func fail(err error) {
	if err != nil {
		log("fatal", err.Error())
		os.Exit(1)
	}
}
