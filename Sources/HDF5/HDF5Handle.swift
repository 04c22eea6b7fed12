import CHDF5
import Files
import Foundation
import Text

/// An open object of libhdf5: a file, group, dataset, type, space or property list.
struct HDF5Handle: ~Copyable {
  /// libhdf5's number for it.
  let id: hid_t

  /// Takes over a number that a call of libhdf5 returned.
  ///
  /// - Throws: `DataError` 65 with libhdf5's own reason when the call failed.
  init(_ id: hid_t, _ doing: String) throws {
    if id < 0 { throw HDF5Library.failure(doing) }
    self.id = id
  }

  // Files, datasets and property lists all close when their reference count falls to zero.
  deinit { H5Idec_ref(id) }
}

/// Switches of libhdf5 and its errors.
enum HDF5Library {
  /// Silences libhdf5 on this thread and keeps it from loading plug-ins: a file must not choose code that runs here.
  ///
  /// At the end of the process it is not closed: what it could not write to a full disk it would try to write then, and
  /// crash.
  static func prepare() {
    H5dont_atexit()
    H5open()
    H5Eset_auto2(hid_t(H5E_DEFAULT), nil, nil)
    H5PLset_loading_state(0)
    LZFFilter.register()
  }

  /// The error for a call that has just failed on this thread.
  ///
  /// A system call that failed underneath says nothing about the file: 71 or 74.
  static func failure(_ doing: String) -> DataError {
    let code = errno
    let reason = reason()
    // libhdf5 does not pass on the error number of this call.
    if code != 0, reason.hasSuffix("can't retrieve real path for file") {
      return .unreadable(code, file: nil, "\(doing) fails (\(reason): \(systemMessage(code)))")
    }
    if let code = systemError(reason) { return .unreadable(code, file: nil, "\(doing) fails (\(reason))") }
    return DataError(
      .badData, "\(doing) fails (\(reason))",
      advice: isAboutVersion(reason)
        ? newerFormAdvice : "Download the file again; if it fails again, look at it with h5dump or h5debug.")
  }

  /// The error for a call that has just failed on this thread while a file was written: 71, 73 or 74 according to the
  /// system's own reason, or else `code`.
  static func failure(_ doing: String, writing file: String, place: String?, code: DataError.Code) -> DataError {
    let reason = reason()
    guard let number = systemError(reason) else {
      return DataError(code, file: file, place: place, "\(doing) fails (\(reason))", advice: writeAdvice)
    }
    var error = DataError.system(number, doing, file: file)
    error.place = place
    return error
  }

  /// What to do if libhdf5 does not say why it cannot write.
  static let writeAdvice = "Check the free space and the permissions of the folder."

  /// Whether libhdf5 found part of a file in a version that it does not know: `bad version number for layout message`.
  private static func isAboutVersion(_ reason: String) -> Bool {
    reason.contains("version") && ["bad ", "wrong ", "unknown "].contains { reason.contains($0) }
  }

  /// Neither h5repack nor the copy of h5py changes the form.
  private static let newerFormAdvice = """
    The file, unless it is damaged, is in a newer format than HDF5 1.10 reads, as h5py with HDF5 2 writes it with \
    libver="latest": write it again with h5py, each dataset by create_dataset into an h5py.File without libver.
    """

  /// Throws when a call of libhdf5 returned a failure.
  static func check(_ result: Int32, _ doing: String) throws {
    if result < 0 { throw failure(doing) }
  }

  /// The `errno` that the file driver names: `file read failed: …, errno = 5, error message = '…'`.
  private static func systemError(_ reason: String) -> Int32? {
    guard let start = reason.firstRange(of: "errno = ")?.upperBound else { return nil }
    let code = Int32(reason[start...].prefix { $0.isASCII && $0.isNumber }) ?? 0
    return code > 0 ? code : nil
  }

  /// The innermost reason on this thread's error stack.
  private static func reason() -> String {
    var text = ""
    withUnsafeMutablePointer(to: &text) { pointer in
      _ = H5Ewalk2(
        hid_t(H5E_DEFAULT), H5E_WALK_UPWARD,
        { _, error, data in
          let text = data!.assumingMemoryBound(to: String.self)  // the pointer handed in below
          if let words = error?.pointee.desc, text.pointee.isEmpty { text.pointee = String(cString: words) }
          return 0
        }, pointer)
    }
    H5Eclear2(hid_t(H5E_DEFAULT))
    return text.isEmpty ? "libhdf5 gives no reason" : "libhdf5: " + text
  }
}
