package main

import (
	"fmt"
	"os"
	"time"
)

// checkTimeout bounds each check: a peer that hangs fails, and does not hang us.
const checkTimeout = 15 * time.Second

// checklist runs checks one after the other and prints a line for each.
type checklist struct {
	failed int
	done   int
}

func (c *checklist) check(name string, body func() error) {
	result := make(chan error, 1)
	go func() { result <- body() }()
	var err error
	select {
	case err = <-result:
	case <-time.After(checkTimeout):
		err = fmt.Errorf("no end within %v", checkTimeout)
	}
	c.done++
	if err != nil {
		c.failed++
		fmt.Printf("FAIL %s: %v\n", name, err)
		return
	}
	fmt.Println("ok " + name)
}

// end leaves the process: with 0 when every check has passed.
func (c *checklist) end() {
	fmt.Printf("%d checks, %d failed\n", c.done, c.failed)
	if c.failed > 0 || c.done == 0 {
		os.Exit(1)
	}
	os.Exit(0)
}

func want[T comparable](what string, got, expected T) error {
	if got != expected {
		return fmt.Errorf("%s is %v, expected %v", what, got, expected)
	}
	return nil
}

// first returns the first error that is one.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
