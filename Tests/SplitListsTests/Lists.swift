import Audit
import Leaks
import SplitLists
import TestSupport
import Testing

/// Lists that a test writes to its own folder, audited as one data set.
func lists(_ files: [(name: String, text: String)], columns: [String] = []) throws -> AuditedDataset {
  let folder = try TemporaryFolder()
  let paths = try files.map { try folder.write($0.name, $0.text) }
  return try AuditedDataset.lists(paths, columns: try ColumnChoice(parsing: columns))[0]
}

/// One table with a column for the split.
func table(_ text: String, columns: [String] = []) throws -> AuditedDataset {
  try lists([("list.csv", text)], columns: columns)
}

extension AuditedDataset {
  /// The finding of a check.
  func finding(_ check: any AuditCheck) throws -> Finding {
    try check.run(on: AuditSubject(datasets: [self], threads: 1))
  }

  /// The pairs found by a check, as `first / second: reason`.
  func pairs(_ check: any AuditCheck) throws -> [String] {
    var pairs: [String] = []
    try finding(check).leaks.forEach { pairs.append("\($0.first.id) / \($0.second.id): \($0.reason)") }
    return pairs
  }
}
