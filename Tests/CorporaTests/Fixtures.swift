import Foundation
import Storage
import TestSupport

/// Small inputs that are part of the repository.
enum Fixtures {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../..").standardizedFileURL.path

  static func path(_ name: String) -> String { root + "/fixtures/" + name }
}

/// Files that are too large, or not free, to stand in the repository; tests on them are skipped where they are absent.
enum SharedData {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../shared/data").standardizedFileURL.path

  static func has(_ name: String) -> Bool { Folder.exists(folder + "/" + name) }
}
