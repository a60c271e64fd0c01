// Command grpcpeer is a stock gRPC client of Go, in the version that Consul 1.21 uses: it asks a server for its health
// and its services, as grpcurl does, and prints a line for each check.
//
//	grpcpeer plain ADDR   speaks plain HTTP/2, as to a proxy
//	grpcpeer typed ADDR   writes type byte 8 first and is otherwise the same client
//	grpcpeer server       is a stock server behind type byte 8, as in Consul; prints its address
//
// A client ends with 0 only if every check passed; the server lives until its standard input ends.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"sort"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	reflection "google.golang.org/grpc/reflection/grpc_reflection_v1"
	reflectionalpha "google.golang.org/grpc/reflection/grpc_reflection_v1alpha"
	"google.golang.org/grpc/status"
)

const (
	patience = 20 * time.Second
	typeByte = 8
)

var failed = false

func main() {
	if len(os.Args) == 2 && os.Args[1] == "server" {
		runServer()
		return
	}
	if len(os.Args) != 3 || os.Args[1] != "plain" && os.Args[1] != "typed" {
		fmt.Fprintln(os.Stderr, "usage: grpcpeer plain|typed ADDR, or grpcpeer server")
		os.Exit(2)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := dial(os.Args[1] == "typed", os.Args[2])
	if err != nil {
		fmt.Println("FAIL dial:", err)
		os.Exit(1)
	}
	defer conn.Close()
	checkHealth(ctx, conn)
	checkWatch(ctx, conn)
	checkReflection(ctx, conn)
	checkOlderReflection(ctx, conn)
	checkUnknown(ctx, conn)
	if failed {
		os.Exit(1)
	}
}

func dial(typed bool, address string) (*grpc.ClientConn, error) {
	options := []grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())}
	if typed {
		options = append(options, grpc.WithContextDialer(dialTyped))
	}
	return grpc.Dial(address, options...)
}

func dialTyped(ctx context.Context, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Write([]byte{typeByte}); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

func check(name string, ok bool, seen ...any) {
	if ok {
		fmt.Println("ok", name)
		return
	}
	failed = true
	fmt.Println(append([]any{"FAIL", name + ":"}, seen...)...)
}

func checkHealth(ctx context.Context, conn *grpc.ClientConn) {
	client := grpc_health_v1.NewHealthClient(conn)
	answer, err := client.Check(ctx, &grpc_health_v1.HealthCheckRequest{})
	check("health of the server", answer.GetStatus() == grpc_health_v1.HealthCheckResponse_SERVING, answer, err)
	answer, err = client.Check(ctx, &grpc_health_v1.HealthCheckRequest{Service: "grpc.health.v1.Health"})
	check("health of a service", answer.GetStatus() == grpc_health_v1.HealthCheckResponse_SERVING, answer, err)
	_, err = client.Check(ctx, &grpc_health_v1.HealthCheckRequest{Service: "foo.Bar"})
	check("health of no service", status.Code(err) == codes.NotFound, err)
}

func checkWatch(ctx context.Context, conn *grpc.ClientConn) {
	watching, cancel := context.WithCancel(ctx)
	defer cancel()
	watch, err := grpc_health_v1.NewHealthClient(conn).Watch(watching, &grpc_health_v1.HealthCheckRequest{})
	if err != nil {
		check("watch of health", false, err)
		return
	}
	answer, err := watch.Recv()
	check("watch of health", answer.GetStatus() == grpc_health_v1.HealthCheckResponse_SERVING, answer, err)
	cancel()
	_, err = watch.Recv()
	check("a watch that is cancelled", status.Code(err) == codes.Canceled, err)
}

func checkReflection(ctx context.Context, conn *grpc.ClientConn) {
	stream, err := reflection.NewServerReflectionClient(conn).ServerReflectionInfo(ctx)
	if err != nil {
		check("reflection", false, err)
		return
	}
	err = stream.Send(&reflection.ServerReflectionRequest{
		MessageRequest: &reflection.ServerReflectionRequest_ListServices{ListServices: "*"}})
	check("a question to reflection", err == nil, err)
	answer, err := stream.Recv()
	names := []string{}
	for _, service := range answer.GetListServicesResponse().GetService() {
		names = append(names, service.Name)
	}
	checkNames("reflection lists the services", names, err)
	err = stream.Send(&reflection.ServerReflectionRequest{
		MessageRequest: &reflection.ServerReflectionRequest_FileContainingSymbol{
			FileContainingSymbol: "grpc.health.v1.Health"}})
	check("another question", err == nil, err)
	answer, err = stream.Recv()
	check("reflection describes a service", len(answer.GetFileDescriptorResponse().GetFileDescriptorProto()) > 0, answer, err)
	check("reflection ends", stream.CloseSend() == nil)
}

func checkOlderReflection(ctx context.Context, conn *grpc.ClientConn) {
	stream, err := reflectionalpha.NewServerReflectionClient(conn).ServerReflectionInfo(ctx)
	if err != nil {
		check("older reflection", false, err)
		return
	}
	err = stream.Send(&reflectionalpha.ServerReflectionRequest{
		MessageRequest: &reflectionalpha.ServerReflectionRequest_ListServices{ListServices: "*"}})
	check("a question to older reflection", err == nil, err)
	answer, err := stream.Recv()
	names := []string{}
	for _, service := range answer.GetListServicesResponse().GetService() {
		names = append(names, service.Name)
	}
	checkNames("older reflection lists the services", names, err)
}

func checkNames(name string, names []string, err error) {
	sort.Strings(names)
	listed := strings.Join(names, " ")
	check(name, strings.Contains(listed, "grpc.health.v1.Health") && strings.Contains(listed, "grpc.reflection.v1.ServerReflection") &&
		strings.Contains(listed, "grpc.reflection.v1alpha.ServerReflection"), listed, err)
}

func checkUnknown(ctx context.Context, conn *grpc.ClientConn) {
	answer := &grpc_health_v1.HealthCheckResponse{}
	err := conn.Invoke(ctx, "/foo.Bar/Baz", &grpc_health_v1.HealthCheckRequest{}, answer)
	check("an unknown service", status.Code(err) == codes.Unimplemented && status.Convert(err).Message() == "unknown service foo.Bar", err)
	err = conn.Invoke(ctx, "/grpc.health.v1.Health/Chuck", &grpc_health_v1.HealthCheckRequest{}, answer)
	check("an unknown method", status.Code(err) == codes.Unimplemented &&
		status.Convert(err).Message() == "unknown method Chuck for service grpc.health.v1.Health", err)
}
