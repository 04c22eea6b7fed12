package import Foundation
public import Text

/// What is at a path, according to the system, before a byte of it is read.
///
/// A file can be read at any position and any number of times; a pipe, a socket and a device cannot, and opening one
/// may block forever.
public enum NodeKind: Hashable, Sendable {
  case file, folder, pipe, socket, device
  /// A kind that only other systems have.
  case other

  /// The kind in a system status.
  package init(_ status: stat) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: self = .file
    case S_IFDIR: self = .folder
    case S_IFIFO: self = .pipe
    case S_IFSOCK: self = .socket
    case S_IFCHR, S_IFBLK: self = .device
    default: self = .other
    }
  }

  /// What is at a path, following links; nil if nothing is, or if it may not be looked at: opening or creating it then
  /// says why.
  ///
  /// - Throws: `DataError` 71 or 74 when the system fails to tell.
  public static func at(_ path: String) throws -> NodeKind? {
    try Folder.status(at: path, hidesForbidden: true).map(NodeKind.init)
  }

  /// What messages call it, with its article.
  public var name: String {
    switch self {
    case .file: "a file"
    case .folder: "a folder"
    case .pipe: "a pipe"
    case .socket: "a socket"
    case .device: "a device"
    case .other: "neither a file nor a folder"
    }
  }

  /// The error for something in the place of something else.
  ///
  /// - Parameters:
  ///   - path: its path, as the user named it.
  ///   - expected: what belongs there.
  ///   - advice: what to do about it, if the caller knows better.
  public func refusal(of path: String, expected: String = "a file", advice: String? = nil) -> DataError {
    let usual =
      switch self {
      case .pipe:
        "A pipe can be read only once, from its start: write its output to a file, and give that."
      case .folder: "Give the path of a file."
      default: "Check the path."
      }
    return DataError(.badData, file: path, "is \(name)", expected: expected, advice: advice ?? usual)
  }
}

extension NodeKind {
  /// Refuses what is not a folder; if nothing is there, the caller has more to say.
  ///
  /// - Throws: `DataError` 65; 71 or 74 when the system cannot tell what is there.
  public static func requireFolder(
    _ path: String, expected: String = "a folder", advice: String = "Check the path."
  ) throws {
    guard let kind = try Folder.entry(at: path), kind != .folder else { return }
    throw kind.refusal(of: path, expected: expected, advice: advice)
  }

  /// Refuses pipes, sockets and devices, which can be neither read as a file nor listed as a folder.
  ///
  /// - Throws: `DataError` 65.
  public static func requireFileOrFolder(
    _ path: String, expected: String = "a file or a folder", advice: String? = nil
  ) throws {
    guard let kind = try at(path), kind != .file, kind != .folder else { return }
    throw kind.refusal(of: path, expected: expected, advice: advice)
  }

  /// Refuses to put a file where anything but a file is: a device that is renamed over is lost to all programs, and
  /// whoever reads from a pipe would wait forever.
  ///
  /// - Throws: `DataError` 65.
  public static func requireReplaceable(_ path: String) throws {
    let expected = "a file, or nothing yet"
    if let kind = try at(path), kind != .file {
      throw kind.refusal(of: path, expected: expected, advice: "Choose another name for what is written.")
    }
    // `/dev/stdout` may lead to a file, but the link is shared by all.
    if let target = linkTarget(of: path), target.hasPrefix("/proc/") {
      throw DataError(
        .badData, file: path, "is a link to an open file of this process", expected: expected,
        advice: "Choose another name for what is written.")
    }
  }

  /// Refuses the same for each name in a folder, so that long work does not fail at the last file.
  ///
  /// - Throws: `DataError` 65.
  public static func requireReplaceable(_ names: [String], in folder: String) throws {
    for name in names { try requireReplaceable(folder + "/" + name) }
  }

  /// Where a link leads; nil if it is not a link.
  private static func linkTarget(of path: String) -> String? {
    var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = bytes.withUnsafeMutableBytes { readlink(path, $0.baseAddress!, $0.count) }  // non-empty
    return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
  }
}
