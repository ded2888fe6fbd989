// The room of Journal.
