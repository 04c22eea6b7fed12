public import Text

/// What a file is, by its first bytes and whatever its name: for messages about a file where another kind belongs.
public enum FileKind: Hashable, Sendable {
  case empty
  // text
  case html, xml, json, text, utf16Text, gitLFSPointer
  // arrays and objects
  case hdf5, matlab5, matlab73, npy, npz, pickle, torch, safetensors, netCDF
  // containers
  case zip, gzip, xz, bzip2, zstandard, sevenZip, tar, spreadsheet
  // media
  case pdf, image, sound, video
  /// Bytes of no known kind.
  case unknown

  /// Bytes at the start of a file that identify most kinds.
  private static let headByteCount = 4096
  /// The largest user block in front of HDF5 that is searched past; 512 bytes are usual.
  private static let largestUserBlock = 1 << 24

  /// Looks at a file.
  ///
  /// - Throws: `DataError` 66 when it cannot be opened, 74 when it cannot be read.
  public init(of path: String) throws { try self.init(of: InputFile(path: path)) }

  /// Looks at an open file.
  ///
  /// - Throws: `DataError` 74 when it cannot be read.
  public init(of file: InputFile) throws {
    func bytes(at offset: Int, count: Int) throws -> [UInt8] {
      try [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
        try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
        initializedCount = count
      }
    }
    let head = try bytes(at: 0, count: min(Self.headByteCount, file.byteCount))
    let last = try file.byteCount > 0 ? bytes(at: file.byteCount - 1, count: 1).first : nil
    self.init(head: head[...], byteCount: file.byteCount, last: last)
    if self != .unknown, self != .text { return }
    // HDF5's own bytes may follow a user block of 512 bytes or a larger power of two.
    var offset = 512
    while offset <= Self.largestUserBlock, offset + Self.hdf5Signature.count <= file.byteCount {
      if try bytes(at: offset, count: Self.hdf5Signature.count) == Self.hdf5Signature { self = .hdf5 }
      offset *= 2
    }
  }

  /// Looks at the whole contents of a file.
  public init(of bytes: [UInt8]) {
    self.init(head: bytes.prefix(Self.headByteCount), byteCount: bytes.count, last: bytes.last)
  }

  private init(head: ArraySlice<UInt8>, byteCount: Int, last: UInt8?) {
    if head.isEmpty {
      self = .empty
    } else if let length = Self.headerLength(ofSafetensors: head) {
      // Before all others: the length may look like any two of their bytes. A truncated one is not worth naming.
      self = length <= byteCount - 8 ? .safetensors : .unknown
    } else if head.starts(with: Self.matlab73Text.utf8) {
      // HDF5 begins after these words, unless the file is cut off.
      self = .matlab73
    } else if let kind = Self.signatures.first(where: { head.dropFirst($0.offset).starts(with: $0.bytes) })?.kind {
      self = kind == .zip ? Self.zip(head) : kind
    } else if Self.isPickle(head, last: last) {
      self = .pickle
    } else {
      self = Self.text(head) ?? .unknown
    }
  }

  private static let hdf5Signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]
  private static let matlab73Text = "MATLAB 7.3 MAT-file"

  private static let signatures: [(offset: Int, bytes: [UInt8], kind: FileKind)] = [
    (0, hdf5Signature, .hdf5), (0, Array("MATLAB 5.0 MAT-file".utf8), .matlab5),
    (0, [0x93] + Array("NUMPY".utf8), .npy),
    (0, [0x50, 0x4b, 3, 4], .zip), (0, [0x50, 0x4b, 5, 6], .zip), (0, [0x1f, 0x8b], .gzip),
    (0, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], .xz), (0, Array("BZh".utf8), .bzip2),
    (0, [0x28, 0xb5, 0x2f, 0xfd], .zstandard),
    (0, [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], .sevenZip), (257, Array("ustar".utf8), .tar),
    (0, [0xd0, 0xcf, 0x11, 0xe0], .spreadsheet), (0, Array("CDF".utf8) + [1], .netCDF),
    (0, Array("CDF".utf8) + [2], .netCDF),
    (0, Array("%PDF-".utf8), .pdf), (0, [0x89] + Array("PNG".utf8), .image), (0, [0xff, 0xd8, 0xff], .image),
    (8, Array("WAVE".utf8), .sound), (0, Array("fLaC".utf8), .sound), (0, Array("ID3".utf8), .sound),
    (4, Array("ftyp".utf8), .video), (8, Array("AVI ".utf8), .video),
    (0, Array("version https://git-lfs".utf8), .gitLFSPointer), (0, [0xff, 0xfe], .utf16Text),
    (0, [0xfe, 0xff], .utf16Text),
  ]

  /// What a zip is, by the name of its first file: arrays, weights and spreadsheets come as zips.
  private static func zip(_ head: ArraySlice<UInt8>) -> FileKind {
    let bytes = Array(head)
    guard bytes.count > 30, bytes[2] == 3 else { return .zip }
    let length = Int(bytes[26]) | Int(bytes[27]) << 8
    let name = String(decoding: bytes[30...].prefix(length), as: UTF8.self)
    if name.hasSuffix(".npy") { return .npz }
    if name.hasSuffix("/data.pkl") || name.hasSuffix("/byteorder") || name.hasSuffix("/version") { return .torch }
    return name == "[Content_Types].xml" || name.hasPrefix("xl/") ? .spreadsheet : .zip
  }

  /// Protocols 2 to 5 begin with their number; earlier ones, which are text or nearly so, end with a full stop.
  private static func isPickle(_ head: ArraySlice<UInt8>, last: UInt8?) -> Bool {
    if head.count > 1, head[0] == 0x80, 2...5 ~= head[1] { return true }
    guard last == UInt8(ascii: ".") else { return false }
    return ["(dp", "(lp", "(tp", "(iN", "cnumpy", "ccopy_reg", "ccollections", "cpandas", "}q", "]q", "(cnumpy"]
      .contains {
        head.starts(with: $0.utf8)
      }
  }

  /// The length in the first eight bytes, in front of a JSON object; nil if the file does not begin that way.
  private static func headerLength(ofSafetensors head: ArraySlice<UInt8>) -> Int? {
    guard head.count > 8, head[8] == UInt8(ascii: "{"), head[5..<8].allSatisfy({ $0 == 0 }) else { return nil }
    return head.prefix(5).reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private static func text(_ head: ArraySlice<UInt8>) -> FileKind? {
    let bytes = head.starts(with: ByteOrderMark.utf8) ? head.dropFirst(3) : head
    let isText = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 || $0 == 0x0a || $0 == 0x0d || $0 == 0x0c }
    guard isText else { return nil }
    let start = String(decoding: bytes.drop { $0 <= 0x20 }.prefix(1024), as: UTF8.self).lowercased()
    if ["<!doctype html", "<html", "<head", "<body"].contains(where: start.hasPrefix) { return .html }
    if start.hasPrefix("<?xml") || start.hasPrefix("<!--") { return start.contains("<html") ? .html : .xml }
    return start.hasPrefix("{") || start.hasPrefix("[") ? .json : .text
  }
}

extension FileKind {
  /// What messages call it, with its article.
  public var name: String {
    switch self {
    case .empty: "an empty file"
    case .html: "an HTML page"
    case .xml: "an XML file"
    case .json: "a JSON document"
    case .text: "a text file"
    case .utf16Text: "a text file in UTF-16"
    case .gitLFSPointer: "a Git LFS pointer, not the file itself"
    case .hdf5: "an HDF5 file"
    case .matlab5: "a MATLAB file (version 5)"
    case .matlab73: "a MATLAB file (version 7.3)"
    case .npy: "a NumPy array (.npy)"
    case .npz: "a NumPy archive (.npz)"
    case .pickle: "a Python pickle"
    case .torch: "a PyTorch checkpoint (a zip with a pickle in it)"
    case .safetensors: "a safetensors file"
    case .netCDF: "a NetCDF file"
    case .zip: "a zip archive"
    case .gzip: "a gzip file"
    case .xz: "an xz file"
    case .bzip2: "a bzip2 file"
    case .zstandard: "a Zstandard file"
    case .sevenZip: "a 7-Zip archive"
    case .tar: "a tar archive"
    case .spreadsheet: "a spreadsheet"
    case .pdf: "a PDF document"
    case .image: "an image"
    case .sound: "a sound file"
    case .video: "a video"
    case .unknown: "a file of an unknown kind"
    }
  }

  /// What can be done about it where another kind belongs.
  private var advice: String {
    switch self {
    case .empty: "Download or make the file again."
    case .html: "A download returned this page instead of the file: open it to see why, and download again."
    case .gitLFSPointer: "Fetch the file itself with git lfs pull."
    case .zip, .gzip, .xz, .bzip2, .zstandard, .sevenZip, .tar: "Unpack it, and give the file that you want."
    case .pickle, .torch: "Pickles are not opened, because opening one can run any program."
    case .utf16Text: "Save it as UTF-8."
    default: "Check the path."
    }
  }

  /// The error for a file of this kind where another belongs.
  ///
  /// - Parameters:
  ///   - path: the file, as the user named it.
  ///   - expected: what belongs there, e.g. `a safetensors file`.
  ///   - advice: what to do about it, if the reader knows better.
  public func refusal(of path: String, expected: String, advice: String? = nil) -> DataError {
    DataError(.badData, file: path, "is \(name)", expected: expected, advice: advice ?? self.advice)
  }
}
