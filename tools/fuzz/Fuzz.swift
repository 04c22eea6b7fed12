import Files
import Foundation

/// Feeds readers mutated files in this process: `fuzz TARGET|--list [--runs N] [--seconds S] [--seed N] [FILE…]`.
///
/// The input being read is in `fuzz-TARGET.input` in the current folder, which outlives a crash: `fuzz TARGET FILE`
/// reads it again. A run ends with a line of statistics; exit 1 after an input that takes longer than 20 s. One that
/// exceeds the memory limit ends in a crash.
@main
enum Fuzz {
  private static let usage = """
    usage: fuzz TARGET [--runs N] [--seconds S] [--seed N] [FILE…]
           fuzz --list
           fuzz --promises
    """
  /// No reader needs longer for an input of `longest` bytes.
  private static let secondsOfHang: UInt32 = 20
  private static let longest = 1 << 16
  /// Memory of the whole process, including libraries and seeds.
  private static let largestMemory: rlim_t = 1 << 30

  static func main() throws {
    var arguments = Array(CommandLine.arguments.dropFirst())
    if arguments == ["--list"] { return print(FuzzTarget.all.map(\.name).joined(separator: "\n")) }
    if arguments == ["--promises"] { exit(try BrokenPromises.areAllKept() ? 0 : 1) }
    if arguments.count == 2, arguments[0] == "--promise", let number = Int(arguments[1]) {
      return BrokenPromises.make(number)
    }
    guard let name = arguments.first, let target = FuzzTarget.all.first(where: { $0.name == name }) else { stop(usage) }
    arguments.removeFirst()
    var options = ["--runs": UInt64.max, "--seconds": 60, "--seed": 1]
    var files: [String] = []
    while let argument = arguments.first {
      arguments.removeFirst()
      if options[argument] == nil {
        files.append(argument)
      } else {
        guard let value = arguments.first.flatMap({ UInt64($0) }) else { stop(usage) }
        options[argument] = value
        arguments.removeFirst()
      }
    }
    defer { try? FileManager.default.removeItem(atPath: FuzzTarget.scratch) }  // in memory; nothing depends on it
    let seeds = try target.allSeeds()
    limitMemory()
    if files.isEmpty {
      run(target, seeds, runs: options["--runs"]!, seconds: options["--seconds"]!, seed: options["--seed"]!)
    } else {
      for file in files { target.check(try InputFile.contents(of: file, limit: 1 << 24)) }
    }
  }

  private static func run(_ target: FuzzTarget, _ seeds: [[UInt8]], runs: UInt64, seconds: UInt64, seed: UInt64) {
    guard !seeds.isEmpty else { stop("\(target.name) has no seeds: run it in the checkout") }
    let kept = KeptInput(path: "fuzz-\(target.name).input")
    signal(SIGALRM) { _ in
      write(2, "an input takes longer than 20 s; it is in fuzz-TARGET.input\n", 60)
      _exit(1)
    }
    for bytes in seeds { target.check(bytes) }
    var mutator = Mutator(seeds: seeds, seed: seed, longest: longest)
    let start = ContinuousClock.now
    let end = start + .seconds(Int64(seconds))
    var count: UInt64 = 0
    while count < runs, count & 63 != 0 || ContinuousClock.now < end {
      let bytes = mutator.next()
      kept.keep(bytes)
      alarm(secondsOfHang)
      target.check(bytes)
      count += 1
    }
    alarm(0)
    kept.remove()
    let duration = (ContinuousClock.now - start).components.seconds
    print(
      "\(target.name): \(count) inputs from \(seeds.count) seeds, seed \(seed), \(duration) s, "
        + "\(peakMemory >> 20) MiB at most, no finding")
  }

  /// What an input of a few kilobytes makes a reader allocate beyond this is a finding: the allocation fails.
  private static func limitMemory() {
    // AddressSanitizer maps a shadow of all addresses.
    if isSanitized { return }
    var limit = rlimit(rlim_cur: largestMemory, rlim_max: largestMemory)
    precondition(setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit) == 0, "memory cannot be limited")
  }

  private static var isSanitized: Bool { dlsym(nil, "__asan_init") != nil }

  private static var peakMemory: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss << 10
  }

  private static func stop(_ message: String) -> Never {
    FileHandle.standardError.write(Data((message + "\n").utf8))
    exit(64)
  }
}

/// The input that is being read, in a file that a crash leaves behind.
private struct KeptInput {
  private let path: String
  private let descriptor: Int32

  init(path: String) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o644)
    precondition(descriptor >= 0, "cannot write \(path)")
  }

  func keep(_ bytes: [UInt8]) {
    precondition(
      pwrite(descriptor, bytes, bytes.count, 0) == bytes.count && ftruncate(descriptor, off_t(bytes.count)) == 0,
      "cannot write \(path)")
  }

  func remove() { unlink(path) }
}
