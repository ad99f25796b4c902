package main

import (
	"google.golang.org/grpc/encoding"
	"google.golang.org/protobuf/proto"
)

// codec is how messages become bytes. Debian 12's gRPC brings one for the
// former generation of generated code, which panics on today's.
type codec struct{}

func (codec) Name() string { return "proto" }
func (codec) Marshal(value interface{}) ([]byte, error) {
	return proto.Marshal(value.(proto.Message))
}
func (codec) Unmarshal(data []byte, value interface{}) error {
	return proto.Unmarshal(data, value.(proto.Message))
}

func init() {
	encoding.RegisterCodec(codec{})
}
