// The room of Venues.
