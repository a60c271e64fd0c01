package main

import "time"

// The structs of the calls used here, with the fields that Consul puts on the wire.

// QueryOptions is part of every read request.
type QueryOptions struct {
	Token                    string
	MinQueryIndex            uint64
	MaxQueryTime             time.Duration
	AllowStale               bool
	RequireConsistent        bool
	UseCache                 bool
	MaxStaleDuration         time.Duration
	MaxAge                   time.Duration
	MustRevalidate           bool
	StaleIfError             time.Duration
	Filter                   string
	AllowNotModifiedResponse bool
}

// QueryMeta is part of every reply to a read.
type QueryMeta struct {
	Index                 uint64
	LastContact           time.Duration
	KnownLeader           bool
	ConsistencyLevel      string
	NotModified           bool
	Backend               int
	ResultsFilteredByACLs bool
}

// WriteRequest is part of every write request.
type WriteRequest struct {
	Token string
}

// RaftIndex says when an entry was written.
type RaftIndex struct {
	CreateIndex uint64
	ModifyIndex uint64
}

// DirEntry is a key and its value.
type DirEntry struct {
	LockIndex uint64
	Key       string
	Flags     uint64
	Value     []byte
	Session   string
	RaftIndex
}

// KVSRequest is the request of KVS.Apply.
type KVSRequest struct {
	Datacenter string
	Op         string
	DirEnt     DirEntry
	WriteRequest
}

// KeyRequest is the request of KVS.Get and KVS.List.
type KeyRequest struct {
	Datacenter string
	Key        string
	QueryOptions
}

// KeyListRequest is the request of KVS.ListKeys; the spelling is the wire's.
type KeyListRequest struct {
	Datacenter string
	Prefix     string
	Seperator  string
	QueryOptions
}

// IndexedDirEntries is the reply of KVS.Get and KVS.List.
type IndexedDirEntries struct {
	Entries []*DirEntry
	QueryMeta
}

// IndexedKeyList is the reply of KVS.ListKeys.
type IndexedKeyList struct {
	Keys []string
	QueryMeta
}

// DCSpecificRequest is the request of Status.Leader and Status.Peers.
type DCSpecificRequest struct {
	Datacenter string
	QueryOptions
}
