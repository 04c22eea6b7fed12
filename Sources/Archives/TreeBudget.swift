import Text

extension TreeLimits {
  /// Refuses an entry whose name is too long, or that is one too many.
  ///
  /// - Throws: `DataError` 65.
  func check(name: String, number: Int, in tree: String) throws {
    if number > entryCount {
      throw DataError(.badData, file: tree, "more than \(entryCount) entries", expected: "a corpus release")
    }
    if name.utf8.count > nameByteCount {
      throw DataError(
        .badData, file: tree, place: String(name.prefix(40)) + "…", "a name of \(name.utf8.count) bytes",
        expected: "at most \(nameByteCount)")
    }
  }
}

/// Counts the bytes that come out of a tree against its limits, before they are read.
struct TreeBudget {
  private let limits: TreeLimits
  private let tree: String
  /// Bytes that may be inflated in all.
  let allowed: Int
  private var spent = 0

  /// - Parameter packedByteCount: the archive's size; nil for a folder, which compresses nothing.
  init(limits: TreeLimits, tree: String, packedByteCount: Int?) {
    self.limits = limits
    self.tree = tree
    guard let packedByteCount else {
      allowed = limits.totalByteCount
      return
    }
    let (product, overflow) = packedByteCount.multipliedReportingOverflow(by: limits.ratio)
    allowed = min(limits.totalByteCount, overflow ? .max : max(limits.freeByteCount, product))
  }

  /// Deducts the bytes of an entry from what is allowed.
  ///
  /// - Throws: `DataError` 65 when it is more than is left.
  mutating func spend(_ byteCount: Int, on entry: String) throws {
    if byteCount > allowed - spent { throw failure(entry) }
    spent += byteCount
  }

  /// Refuses to continue once `byteCount` bytes in all have been inflated, headers and skipped entries among them.
  ///
  /// - Throws: `DataError` 65 when it is more than is allowed.
  func checkInflated(_ byteCount: Int, at entry: String) throws {
    if byteCount > allowed { throw failure(entry) }
  }

  /// Refuses a file that is too large to hold.
  ///
  /// - Throws: `DataError` 65.
  func checkFile(_ byteCount: Int, _ entry: String) throws {
    if byteCount > limits.fileByteCount {
      throw DataError(
        .badData, file: tree, place: entry, "\(byteCount) bytes", expected: "at most \(limits.fileByteCount) bytes")
    }
  }

  private func failure(_ entry: String) -> DataError {
    DataError(
      .badData, file: tree, place: entry, "unpacks to more than \(allowed) bytes together with what precedes it",
      expected: "a corpus release", advice: "Unpack it yourself if you trust it, and give the folder.")
  }
}
