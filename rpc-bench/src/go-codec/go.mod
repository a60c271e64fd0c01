module dev.proconsul/codec

go 1.22

require github.com/hashicorp/go-msgpack v0.5.5
