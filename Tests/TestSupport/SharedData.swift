import Files
import Foundation
public import Testing

/// Real corpora that may be next to the checkout: too large, or not free, to be part of it.
public enum SharedData {
  /// The folder, whether or not it exists.
  public static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../shared/data").standardizedFileURL.path

  /// Whether a file or folder exists.
  public static func has(_ name: String) -> Bool { Folder.exists(folder + "/" + name) }

  /// Every .csd file, sorted; none if the folder does not exist.
  public static let sequences: [String] = {
    let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix(".csd") }.sorted().map { folder + "/" + $0 }
  }()
}

extension Trait where Self == ConditionTrait {
  /// Skips a test, with a message, if data next to the checkout is missing.
  public static func needsSharedData(_ name: String) -> Self {
    .enabled(if: SharedData.has(name), "../shared/data/\(name) is not there")
  }
}
