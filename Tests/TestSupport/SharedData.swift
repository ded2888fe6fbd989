internal import Foundation

/// The recorded data and fixtures that stand beside the project in its workshop and are absent in
/// a stranger's clone. Tests that need them are skipped there, with `absenceMessage`.
public enum SharedData {
    /// What a skipped test says.
    public static let absenceMessage =
        "the recorded data (../shared) is not here; only the project's own fixtures are tested"

    /// Whether the folder is there.
    public static var isPresent: Bool {
        FileManager.default.fileExists(atPath: path("fixtures"))
    }

    /// The absolute path of a file in the folder.
    public static func path(_ relative: String) -> String {
        root + "/" + relative
    }

    /// The bytes of a file in the folder; `nil` when it cannot be read.
    public static func bytes(_ relative: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path(relative)).map { Array($0) }
    }

    /// Beside the project's root: three levels up from this file.
    private static let root: String = {
        let here = URL(fileURLWithPath: #filePath)
        let project = here.deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return project.deletingLastPathComponent().appendingPathComponent("shared").path
    }()
}
