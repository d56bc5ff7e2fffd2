module dev.outrigger/k3s-stand-in

go 1.24
