import Files
import Foundation
public import Testing

/// Real corpora that may stand beside the checkout: too large, or not free, to be part of it.
public enum SharedData {
  /// The folder, whether it is there or not.
  public static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../shared/data").standardizedFileURL.path

  /// Whether a file or folder is there.
  public static func has(_ name: String) -> Bool { Folder.exists(folder + "/" + name) }

  /// Every .csd file, sorted; none where the folder is not there.
  public static let sequences: [String] = {
    let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix(".csd") }.sorted().map { folder + "/" + $0 }
  }()
}

extension Trait where Self == ConditionTrait {
  /// Skips a test, and says so, where data beside the checkout are missing.
  public static func needsSharedData(_ name: String) -> Self {
    .enabled(if: SharedData.has(name), "../shared/data/\(name) is not there")
  }
}
