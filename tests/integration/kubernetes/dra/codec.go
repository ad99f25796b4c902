package main

import (
	"fmt"

	"google.golang.org/grpc/encoding"
	"google.golang.org/protobuf/proto"
)

// codec is for messages of today's protoc-gen-go; the one in Debian's gRPC is for
// those before.
type codec struct{}

func (codec) Name() string { return "proto" }

func (codec) Marshal(value interface{}) ([]byte, error) {
	message, is := value.(proto.Message)
	if !is {
		return nil, fmt.Errorf("%T is no message", value)
	}
	return proto.Marshal(message)
}

func (codec) Unmarshal(data []byte, value interface{}) error {
	message, is := value.(proto.Message)
	if !is {
		return fmt.Errorf("%T is no message", value)
	}
	return proto.Unmarshal(data, message)
}

func init() {
	// In place of gRPC's own, which was registered before.
	encoding.RegisterCodec(codec{})
}
