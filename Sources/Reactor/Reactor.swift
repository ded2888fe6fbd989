// The room of Reactor.
