enum ClientBenches {
    static var all: [Bench] { [] }
}
