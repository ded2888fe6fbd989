internal import Glibc
internal import Reactor
internal import Wire

/// What live execution is started with, checked.
struct ExecutionSettings: Sendable {
    let account: TradingAccount
    /// Base of the venue's REST interface.
    let clob: ServiceURL
    /// The user socket.
    let user: ServiceURL
    /// The page that says whether the venue serves where we are.
    let geoblock: ServiceURL
    /// A node of Polygon, for what the key has for transactions of its own; `nil` where none is
    /// named.
    let polygon: ServiceURL?
    /// A PEM file of the only certificates that are trusted; `nil` for the system's.
    let trustFile: String?
    let meter: FeedMeter

    /// Keeps other processes of this machine off the account, whatever their directory: two that
    /// share an API key cancel each other's orders. Those of other machines show as foreign orders,
    /// or by their signs of life.
    /// - Throws: `StartFailure` when another process has it.
    func claimAccount() throws -> InstanceLock {
        let path = "/tmp/quesquant-\(account.address).lock"
        do {
            return try InstanceLock(path: path)
        } catch {
            guard error.code == EAGAIN else { throw error }
            throw StartFailure(
                description:
                    "\(account.address) is traded with by another quesquant: \(error.attempt)"
            )
        }
    }
}
