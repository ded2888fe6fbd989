enum ThreadBenches {
    static var all: [Bench] { [] }
}
