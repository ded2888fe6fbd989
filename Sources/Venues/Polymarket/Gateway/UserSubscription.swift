internal import Crypto
internal import Trading
internal import Wire

extension VenueFeeds {
    /// The first text on a user socket: all markets. It holds the secret as it is.
    public static func userSubscription(_ credentials: APICredentials) -> [UInt8] {
        var text = ByteBuffer(capacity: 1_024)
        text.append("{\"auth\":{\"apiKey\":")
        JSONWriter.append(string: credentials.key.span, to: &text)
        text.append(",\"secret\":")
        JSONWriter.append(string: credentials.secretText.span, to: &text)
        text.append(",\"passphrase\":")
        JSONWriter.append(string: credentials.passphrase.span, to: &text)
        text.append("},\"type\":\"user\"}")
        let bytes = text.span
        return bytes.indices.map { bytes[$0] }
    }
}
