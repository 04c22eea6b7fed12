import CHDF5
import Files
import Foundation
import Text

/// Creates an HDF5 file: for sample corpora and for tests.
///
/// The file appears under its name when `close` has succeeded; its bytes depend only on what is written.
public final class HDF5Writer {
  /// How a dataset is laid out in the file.
  public enum Layout: Hashable, Sendable {
    /// One value after the other.
    case contiguous
    /// In chunks of `shape` (nil: the shape that h5py would choose), with a zlib level of 0 to 9 or none, and optional
    /// filters.
    case chunked(shape: [Int]? = nil, gzipLevel: Int? = nil, shuffle: Bool = false, fletcher32: Bool = false)
    /// Inside the dataset's header; at most 64 KiB.
    case compact
  }

  private let path: String
  private let temporaryPath: String
  private var file: hid_t

  /// Starts a file that replaces whatever is at `path` when it is closed.
  ///
  /// - Throws: `DataError` 73 when it cannot be made.
  public init(path: String) throws {
    self.path = path
    temporaryPath = TemporaryName.path(besides: path)
    HDF5Library.prepare()
    file = H5Fcreate(temporaryPath, msa_H5F_ACC_EXCL(), hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
    if file < 0 { throw Self.error(.cannotCreate, path, "creating it") }
  }

  deinit {
    if file >= 0 {
      H5Fclose(file)
      unlink(temporaryPath)
    }
  }

  /// Creates a group and the groups above it.
  public func createGroup(_ path: String) throws {
    let link = try linkProperties()
    let creation = try untimed(msa_H5P_GROUP_CREATE())
    let group = H5Gcreate2(file, path, link.id, creation.id, hid_t(H5P_DEFAULT))
    if group < 0 { throw Self.error(.ioFailed, self.path, "creating a group", place: path) }
    H5Gclose(group)
  }

  /// Writes float32 values of `shape`, in C order.
  public func writeFloats(_ values: [Float], shape: [Int], at path: String, layout: Layout = .contiguous) throws {
    try write(values, shape: shape, type: msa_H5T_IEEE_F32LE(), at: path, layout: layout)
  }

  /// Writes float64 values of `shape`, in C order.
  public func writeDoubles(_ values: [Double], shape: [Int], at path: String, layout: Layout = .contiguous) throws {
    try write(values, shape: shape, type: msa_H5T_IEEE_F64LE(), at: path, layout: layout)
  }

  /// Writes texts of a fixed length, that of the longest; `shape` is usually [n, 1].
  public func writeFixedStrings(_ values: [String], shape: [Int], at path: String, layout: Layout = .contiguous) throws
  {
    let size = max(1, values.map(\.utf8.count).max() ?? 1)
    let bytes = values.flatMap { Array($0.utf8) + [UInt8](repeating: 0, count: size - $0.utf8.count) }
    let type = try HDF5Handle(H5Tcopy(msa_H5T_C_S1()), "preparing a text")
    try HDF5Library.check(H5Tset_size(type.id, size), "preparing a text")
    try HDF5Library.check(H5Tset_strpad(type.id, H5T_STR_NULLPAD), "preparing a text")
    try write(bytes, shape: shape, type: type.id, at: path, layout: layout)
  }

  /// Writes texts of any length as UTF-8, as h5py does for metadata; shape [n].
  public func writeVariableStrings(_ values: [String], at path: String) throws {
    let type = try HDF5Handle(H5Tcopy(msa_H5T_C_S1()), "preparing a text")
    try HDF5Library.check(H5Tset_size(type.id, msa_H5T_VARIABLE()), "preparing a text")
    try HDF5Library.check(H5Tset_cset(type.id, H5T_CSET_UTF8), "preparing a text")
    let copies = values.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    try write(copies, shape: [values.count], type: type.id, at: path, layout: .contiguous)
  }

  /// Finishes the file, makes it durable and gives it its name.
  ///
  /// - Throws: `DataError` 74 when something could not be written.
  public func close() throws {
    if file < 0 { return }
    let result = H5Fclose(file)
    file = -1
    if result < 0 { throw Self.error(.ioFailed, path, "closing it") }
    try AtomicFile.adopt(temporaryPath, as: path)
  }

  private func write<Value>(_ values: [Value], shape: [Int], type: hid_t, at path: String, layout: Layout) throws {
    do {
      let extents = shape.map { hsize_t($0) }
      let space = try HDF5Handle(
        shape.isEmpty ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(shape.count), extents, nil), "giving a shape")
      let properties = try untimed(msa_H5P_DATASET_CREATE())
      try apply(layout, to: properties.id, shape: shape, elementByteCount: H5Tget_size(type))
      let link = try linkProperties()
      let dataset = try HDF5Handle(
        H5Dcreate2(file, path, type, space.id, link.id, properties.id, hid_t(H5P_DEFAULT)), "creating a dataset")
      if values.isEmpty { return }
      let result = values.withUnsafeBytes {
        H5Dwrite(dataset.id, type, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT), $0.baseAddress)
      }
      try HDF5Library.check(result, "writing a dataset")
    } catch let error as DataError {
      throw DataError(
        error.code == .systemRefused ? .systemRefused : .ioFailed, file: self.path, place: path, error.problem,
        advice: error.code == .badData ? HDF5Library.writeAdvice : error.advice ?? HDF5Library.writeAdvice)
    }
  }

  private func apply(_ layout: Layout, to properties: hid_t, shape: [Int], elementByteCount: Int) throws {
    let doing = "choosing a layout"
    switch layout {
    case .contiguous: break
    case .compact: try HDF5Library.check(H5Pset_layout(properties, H5D_COMPACT), doing)
    case .chunked(let chunkShape, let gzipLevel, let shuffle, let fletcher32):
      let chunk = chunkShape ?? Self.automaticChunk(shape: shape, elementByteCount: elementByteCount)
      try HDF5Library.check(H5Pset_chunk(properties, Int32(chunk.count), chunk.map { hsize_t($0) }), doing)
      if fletcher32 { try HDF5Library.check(H5Pset_fletcher32(properties), doing) }
      if shuffle { try HDF5Library.check(H5Pset_shuffle(properties), doing) }
      if let gzipLevel { try HDF5Library.check(H5Pset_deflate(properties, UInt32(gzipLevel)), doing) }
    }
  }

  /// h5py's rule (`h5py/_hl/filters.py`, `guess_chunk`): halve one axis after another until a chunk is small.
  static func automaticChunk(shape: [Int], elementByteCount: Int) -> [Int] {
    var chunk = shape.map { Double(max(1, $0)) }
    let total = chunk.reduce(Double(elementByteCount), *)
    let target = min(max(16384 * pow(2, log10(total / 1_048_576)), 8192), 1_048_576)
    var axis = 0
    while true {
      let size = chunk.reduce(Double(elementByteCount), *)
      if (size < target || abs(size - target) / target < 0.5) && size < 1_048_576 { break }
      if chunk.reduce(1, *) == 1 { break }
      chunk[axis % chunk.count] = (chunk[axis % chunk.count] / 2).rounded(.up)
      axis += 1
    }
    return chunk.map { Int($0) }
  }

  /// Groups above a new object are made as needed.
  private func linkProperties() throws -> HDF5Handle {
    let properties = try HDF5Handle(H5Pcreate(msa_H5P_LINK_CREATE()), "preparing a name")
    try HDF5Library.check(H5Pset_create_intermediate_group(properties.id, 1), "preparing a name")
    return properties
  }

  /// Properties that keep the clock out of the file.
  private func untimed(_ kind: hid_t) throws -> HDF5Handle {
    let properties = try HDF5Handle(H5Pcreate(kind), "preparing an object")
    try HDF5Library.check(H5Pset_obj_track_times(properties.id, false), "preparing an object")
    return properties
  }

  private static func error(_ code: DataError.Code, _ file: String, _ doing: String, place: String? = nil) -> DataError
  {
    HDF5Library.failure(doing, writing: file, place: place, code: code)
  }
}
