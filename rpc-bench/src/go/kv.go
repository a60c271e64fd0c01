package main

import (
	"errors"
	"fmt"
	"sort"
	"strings"
	"sync"
	"time"
)

// KVS is the service of that name over a map: no log, no sessions; enough to be called.
type KVS struct {
	mu      sync.RWMutex
	index   uint64
	entries map[string]*DirEntry
	changed chan struct{} // closed by the next write
}

func newKVS() *KVS {
	return &KVS{index: 1, entries: map[string]*DirEntry{}, changed: make(chan struct{})}
}

func (k *KVS) Apply(request *KVSRequest, reply *bool) error {
	entry := request.DirEnt
	if entry.Key == "" {
		return errors.New("Must provide key")
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	old := k.entries[entry.Key]
	switch request.Op {
	case "set":
		k.put(entry, old)
	case "cas":
		expected := entry.ModifyIndex
		if old == nil && expected != 0 || old != nil && old.ModifyIndex != expected {
			*reply = false
			return nil
		}
		k.put(entry, old)
	case "delete":
		if old != nil {
			k.index++
			delete(k.entries, entry.Key)
			k.wake()
		}
	default:
		return fmt.Errorf("unknown KV operation: %s", request.Op)
	}
	*reply = request.Op == "cas" // the other verbs cannot fail; Consul answers false to them
	return nil
}

// put stores an entry; the caller holds mu.
func (k *KVS) put(entry DirEntry, old *DirEntry) {
	k.index++
	entry.CreateIndex, entry.ModifyIndex = k.index, k.index
	if old != nil {
		entry.CreateIndex = old.CreateIndex
	}
	k.entries[entry.Key] = &entry
	k.wake()
}

func (k *KVS) wake() {
	close(k.changed)
	k.changed = make(chan struct{})
}

func (k *KVS) Get(request *KeyRequest, reply *IndexedDirEntries) error {
	k.query(request.QueryOptions, &reply.QueryMeta, func() uint64 {
		entry := k.entries[request.Key]
		if entry == nil {
			reply.Entries = nil
			return k.index
		}
		reply.Entries = []*DirEntry{entry}
		return entry.ModifyIndex
	})
	return nil
}

func (k *KVS) List(request *KeyRequest, reply *IndexedDirEntries) error {
	k.query(request.QueryOptions, &reply.QueryMeta, func() uint64 {
		reply.Entries = nil
		for _, key := range k.keys(request.Key) {
			reply.Entries = append(reply.Entries, k.entries[key])
		}
		return k.index
	})
	return nil
}

func (k *KVS) ListKeys(request *KeyListRequest, reply *IndexedKeyList) error {
	k.query(request.QueryOptions, &reply.QueryMeta, func() uint64 {
		reply.Keys = nil
		for _, key := range k.keys(request.Prefix) {
			if request.Seperator != "" {
				if cut := strings.Index(key[len(request.Prefix):], request.Seperator); cut >= 0 {
					key = key[:len(request.Prefix)+cut+len(request.Seperator)]
				}
			}
			if last := len(reply.Keys) - 1; last < 0 || reply.Keys[last] != key {
				reply.Keys = append(reply.Keys, key)
			}
		}
		return k.index
	})
	return nil
}

// keys returns those with a prefix, in order; the caller holds mu.
func (k *KVS) keys(prefix string) []string {
	var found []string
	for key := range k.entries {
		if strings.HasPrefix(key, prefix) {
			found = append(found, key)
		}
	}
	sort.Strings(found)
	return found
}

// query reads, and reads again after each write while the index is not greater than the one asked for.
func (k *KVS) query(options QueryOptions, meta *QueryMeta, read func() uint64) {
	wait := options.MaxQueryTime
	if wait <= 0 {
		wait = 5 * time.Minute
	}
	var expired <-chan time.Time
	for {
		k.mu.RLock()
		index, changed := read(), k.changed
		k.mu.RUnlock()
		meta.Index, meta.KnownLeader, meta.ConsistencyLevel = index, true, "leader"
		if options.MinQueryIndex == 0 || index > options.MinQueryIndex {
			return
		}
		if expired == nil {
			timer := time.NewTimer(wait)
			defer timer.Stop()
			expired = timer.C
		}
		select {
		case <-changed:
		case <-expired:
			return
		}
	}
}
