import Audit
import Files
import Foundation
import Text

/// Plants every kind of leak many times, audits many clean corpora, and prints both as Markdown tables.
///
///     audit-table [--plantings N] [--clean N] [--kinds a,b] [--work DIR] [--threads N] [--seed N]
@main
enum AuditTable {
  static func main() throws {
    var options = TableOptions()
    try options.parse(Array(CommandLine.arguments.dropFirst()))
    try Folder.make(options.work)
    TableOutput.line("Seed \(options.seed).\n")
    let corpora = CleanCorpora(options)
    if options.plantings > 0 { try PlantingTable(options, corpora).run() }
    if options.clean > 0 { try CleanTable(options, corpora).run() }
  }
}

/// The settings of the table.
struct TableOptions: Sendable {
  var plantings = 50
  var clean = 200
  /// Only these rows of the table; empty for all.
  var kinds: Set<String> = []
  /// Only these checks; empty for all.
  var checks: Set<String> = []
  var work = NSTemporaryDirectory() + "audit-table"
  /// Corpora or plantings at a time.
  var threads = 2
  /// Decides what the corpora hold and where leaks are planted; another one at every run.
  var seed = UInt64.random(in: 1...999_999)

  mutating func parse(_ arguments: [String]) throws {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      guard let value = rest.popFirst() else { throw DataError(.usage, "\(name) has no value") }
      switch name {
      case "--plantings": plantings = Int(value) ?? plantings
      case "--clean": clean = Int(value) ?? clean
      case "--kinds": kinds = Set(value.split(separator: ",").map(String.init))
      case "--checks": checks = Set(value.split(separator: ",").map(String.init))
      case "--work": work = value
      case "--threads": threads = Int(value) ?? threads
      case "--seed": seed = UInt64(value) ?? seed
      default: throw DataError(.usage, "unknown option \(name)")
      }
    }
  }
}

/// Where the table goes, line by line, so that a long run can be watched.
enum TableOutput {
  /// A line of the table.
  static func line(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

  /// Details to look into.
  static func note(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
