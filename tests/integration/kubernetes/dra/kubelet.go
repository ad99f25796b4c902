package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"sync"
	"time"

	"google.golang.org/grpc"

	health "kubelet/dra_health_v1"
	healthalpha "kubelet/dra_health_v1alpha1"
	dra "kubelet/dra_v1"
	drabeta "kubelet/dra_v1beta1"
	registration "kubelet/pluginregistration_v1"
)

const callTime = 60 * time.Second

func dial(path string) (*grpc.ClientConn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), callTime)
	defer cancel()
	return grpc.DialContext(ctx, path, grpc.WithInsecure(), grpc.WithBlock(),
		grpc.WithContextDialer(func(ctx context.Context, path string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", path)
		}))
}

type nodeCall struct {
	Socket  string `json:"socket"`
	Version string `json:"version"` // "v1", "v1beta1", "v1alpha1"
	Error   string `json:"error"`   // of the registration
	Claims  []struct {
		Namespace string `json:"namespace"`
		Name      string `json:"name"`
		UID       string `json:"uid"`
	} `json:"claims"`
}

// with runs a call on a connection of its own.
func with(line []byte, do func(ctx context.Context, call *nodeCall, conn *grpc.ClientConn) (Answer, error)) (Answer, error) {
	var call nodeCall
	if err := json.Unmarshal(line, &call); err != nil {
		return nil, err
	}
	conn, err := dial(call.Socket)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(context.Background(), callTime)
	defer cancel()
	return do(ctx, &call, conn)
}

// register asks as the plugin watcher does, and tells the outcome.
func register(ctx context.Context, call *nodeCall, conn *grpc.ClientConn) (Answer, error) {
	client := registration.NewRegistrationClient(conn)
	info, err := client.GetInfo(ctx, &registration.InfoRequest{})
	if err != nil {
		return nil, err
	}
	_, err = client.NotifyRegistrationStatus(ctx, &registration.RegistrationStatus{
		PluginRegistered: call.Error == "", Error: call.Error})
	if err != nil {
		return nil, err
	}
	return Answer{"type": info.Type, "name": info.Name, "endpoint": info.Endpoint,
		"versions": info.SupportedVersions}, nil
}

func prepare(ctx context.Context, call *nodeCall, conn *grpc.ClientConn) (Answer, error) {
	claims := Answer{}
	if call.Version == "v1beta1" {
		request := &drabeta.NodePrepareResourcesRequest{}
		for _, one := range call.Claims {
			request.Claims = append(request.Claims, &drabeta.Claim{Namespace: one.Namespace, Name: one.Name, Uid: one.UID})
		}
		answer, err := drabeta.NewDRAPluginClient(conn).NodePrepareResources(ctx, request)
		if err != nil {
			return nil, err
		}
		for uid, one := range answer.Claims {
			devices := []Answer{}
			for _, device := range one.Devices {
				devices = append(devices, Answer{"requests": device.RequestNames, "pool": device.PoolName,
					"device": device.DeviceName, "cdi": device.CdiDeviceIds})
			}
			claims[uid] = Answer{"devices": devices, "error": one.Error}
		}
		return Answer{"claims": claims}, nil
	}
	request := &dra.NodePrepareResourcesRequest{}
	for _, one := range call.Claims {
		request.Claims = append(request.Claims, &dra.Claim{Namespace: one.Namespace, Name: one.Name, Uid: one.UID})
	}
	answer, err := dra.NewDRAPluginClient(conn).NodePrepareResources(ctx, request)
	if err != nil {
		return nil, err
	}
	for uid, one := range answer.Claims {
		devices := []Answer{}
		for _, device := range one.Devices {
			devices = append(devices, Answer{"requests": device.RequestNames, "pool": device.PoolName,
				"device": device.DeviceName, "cdi": device.CdiDeviceIds, "share": device.GetShareId()})
		}
		claims[uid] = Answer{"devices": devices, "error": one.Error}
	}
	return Answer{"claims": claims}, nil
}

func unprepare(ctx context.Context, call *nodeCall, conn *grpc.ClientConn) (Answer, error) {
	claims := Answer{}
	if call.Version == "v1beta1" {
		request := &drabeta.NodeUnprepareResourcesRequest{}
		for _, one := range call.Claims {
			request.Claims = append(request.Claims, &drabeta.Claim{Namespace: one.Namespace, Name: one.Name, Uid: one.UID})
		}
		answer, err := drabeta.NewDRAPluginClient(conn).NodeUnprepareResources(ctx, request)
		if err != nil {
			return nil, err
		}
		for uid, one := range answer.Claims {
			claims[uid] = one.Error
		}
		return Answer{"claims": claims}, nil
	}
	request := &dra.NodeUnprepareResourcesRequest{}
	for _, one := range call.Claims {
		request.Claims = append(request.Claims, &dra.Claim{Namespace: one.Namespace, Name: one.Name, Uid: one.UID})
	}
	answer, err := dra.NewDRAPluginClient(conn).NodeUnprepareResources(ctx, request)
	if err != nil {
		return nil, err
	}
	for uid, one := range answer.Claims {
		claims[uid] = one.Error
	}
	return Answer{"claims": claims}, nil
}

// What health streams said last, by version.
var watched = struct {
	sync.Mutex
	devices map[string]map[string]Answer
	count   map[string]int
	ended   map[string]bool
}{devices: map[string]map[string]Answer{}, count: map[string]int{}, ended: map[string]bool{}}

func take(version string, devices map[string]Answer, err error) bool {
	watched.Lock()
	defer watched.Unlock()
	if err != nil {
		watched.ended[version] = true
		return false
	}
	watched.devices[version] = devices
	watched.count[version]++
	return true
}

// watchHealth opens a stream that lasts as long as the plugin.
func watchHealth(line []byte) (Answer, error) {
	var call nodeCall
	if err := json.Unmarshal(line, &call); err != nil {
		return nil, err
	}
	conn, err := dial(call.Socket)
	if err != nil {
		return nil, err
	}
	watched.Lock()
	watched.ended[call.Version] = false
	watched.Unlock()
	if call.Version == "v1alpha1" {
		stream, err := healthalpha.NewDRAResourceHealthClient(conn).NodeWatchResources(
			context.Background(), &healthalpha.NodeWatchResourcesRequest{})
		if err != nil {
			return nil, err
		}
		go func() {
			for {
				answer, err := stream.Recv()
				devices := map[string]Answer{}
				for _, one := range answer.GetDevices() {
					devices[one.Device.DeviceName] = Answer{"pool": one.Device.PoolName,
						"health": one.Health.String(), "message": one.Message}
				}
				if !take("v1alpha1", devices, err) {
					return
				}
			}
		}()
		return nil, nil
	}
	stream, err := health.NewDRAResourceHealthClient(conn).NodeWatchResources(
		context.Background(), &health.NodeWatchResourcesRequest{})
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			answer, err := stream.Recv()
			devices := map[string]Answer{}
			for _, one := range answer.GetDevices() {
				devices[one.Device.DeviceName] = Answer{"pool": one.Device.PoolName,
					"health": one.Health.String(), "message": one.Message}
			}
			if !take("v1", devices, err) {
				return
			}
		}
	}()
	return nil, nil
}

func init() {
	commands["register"] = func(line []byte) (Answer, error) { return with(line, register) }
	commands["prepare"] = func(line []byte) (Answer, error) { return with(line, prepare) }
	commands["unprepare"] = func(line []byte) (Answer, error) { return with(line, unprepare) }
	commands["watch_health"] = watchHealth
	// {"do": "health", "version": "v1"}: what the stream said last.
	commands["health"] = func(line []byte) (Answer, error) {
		var call nodeCall
		if err := json.Unmarshal(line, &call); err != nil {
			return nil, err
		}
		watched.Lock()
		defer watched.Unlock()
		if call.Version == "" {
			return nil, fmt.Errorf("version is required")
		}
		return Answer{"devices": watched.devices[call.Version], "count": watched.count[call.Version],
			"ended": watched.ended[call.Version]}, nil
	}
}
