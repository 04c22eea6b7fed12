import ArgumentParser
import ArrayFiles
import Audit
import Corpora
import Leaks
import Preparation
import Samples
import Testing
import Text

@testable import Console
@testable import msa_prep

@Suite("Wrong command lines")
struct UsageErrorTests {
  @Test(
    "a wrong command line gets one line that says what to do",
    arguments: [
      ("mosei --ganularity word", "unknown option --ganularity; did you mean --granularity?"),
      ("mosei --root a --out b --ganularity word", "unknown option --ganularity; did you mean --granularity?"),
      ("mosei --root a --out b --zzzzzzzz", "unknown option --zzzzzzzz. See msa-prep mosei --help."),
      ("verify --jsn", "unknown option --jsn; did you mean --json?"),
      ("mosie --root a", "unknown command mosie; did you mean mosei?"),
      ("sample mosie", "unknown command mosie; did you mean mosei?"),
      (
        "zzzz",
        "unknown command zzzz, expected one of mosei, mosi, iemocap, arrays, recordings, meld, sims, simsv2, run, "
          + "sample, inspect, verify, export, "
          + "mask"
      ),
      ("mosei --root a", "--out <dir> is missing. See msa-prep mosei --help."),
      ("verify", "the argument <dir> is missing. See msa-prep verify --help."),
      (
        "mosei --root a --out b --clean no",
        "the value 'no' is invalid for '--clean <mode>': expected one of mask, zero, seed. "
          + "See msa-prep mosei --help."
      ),
      (
        "mosei --root a --out b --ratios 0.5,0.5,0.5",
        "the value '0.5,0.5,0.5' is invalid for '--ratios <shares>': expected three positive numbers that add up to 1, "
          + "such as 0.7,0.15,0.15. See msa-prep mosei --help."
      ),
      (
        "mosei --root a --out b -q -v",
        "--quiet and --verbose exclude each other; give one of them. See msa-prep mosei --help."
      ),
    ])
  func message(line: String, expected: String) throws {
    let arguments = line.split(separator: " ").map(String.init)
    let error = try #require(throws: (any Error).self) { try MSAPrep.parseAsRoot(arguments) }
    let described = UsageError.describe(error, root: MSAPrep.self, arguments: arguments)
    #expect(described.code == .usage)
    #expect(described.description == expected)
  }

  @Test(
    "options that exclude each other are refused",
    arguments: [
      (
        "--root a --folds f --seed 7",
        "--seed is given, but nothing is shuffled, expected --ratios with it. Leave --seed out, or divide with --ratios."
      ),
      ("--root a --folds f --ratios 0.8,0.1,0.1", "--folds and --ratios exclude each other. Give one of them."),
      (
        "--root a --keep-pauses --pause-words sp",
        "--keep-pauses and --pause-words exclude each other. Give one of them."
      ),
      (
        "--root a --root b",
        "--root is given 2 times, expected one folder. Name the files one by one: --visual, --audio, --text, --labels."
      ),
      ("--root a --allow-leaks x", "--allow-leaks names x, expected some of \(SealChecks.ids.joined(separator: ", "))"),
      ("--root a --threads 0", "--threads is 0, expected 1 or more"),
      ("--root a --limit 0", "--limit is 0, expected 1 or more"),
      ("--root a --date-published yesterday", "--date-published is yesterday, expected a day such as 2018-07-15"),
      (
        "--modalities text --text t",
        "--root <dir> is missing. Give it, or name the files one by one: --labels."
      ),
    ])
  func combinations(line: String, expected: String) throws {
    let words = ["mosei", "--out", "b"] + line.split(separator: " ").map(String.init)
    let command = try #require(try MSAPrep.parseAsRoot(words) as? MOSEI)
    let error = try #require(throws: DataError.self) { try command.preparation() }
    #expect(error.code == .usage)
    #expect(error.description == expected)
  }

  @Test(
    "release options that exclude each other are refused",
    arguments: [
      ("--split loso:1 --folds f", "--split and --folds exclude each other. Give one of them."),
      ("--split loso:1 --ratios 0.8,0.1,0.1", "--split and --ratios exclude each other. Give one of them."),
      ("--audio-rate 50", "--audio-rate is given without --audio-features. Give both, or leave it out."),
      ("--visual-rate 25", "--visual-rate is given without --visual-features. Give both, or leave it out."),
      (
        "--seed 7",
        "--seed is given, but nothing is shuffled, expected --ratios with it. Leave --seed out, or divide with --ratios."
      ),
      ("--audio-features a --audio-rate 0", "--audio-rate is 0.0, expected 0.1 to 192000 rows per second"),
      ("--frame-offset 101", "--frame-offset is 101, expected -100 to 100 frames"),
      ("--face=-1 --visual-features v", "--face is -1, expected 0 or more, a face_id"),
      (
        "--face 1",
        "--face 1 is given without --visual-features. Leave it out, or give tables with several faces."
      ),
    ])
  func releaseCombinations(line: String, expected: String) throws {
    let words = ["iemocap", "--root", "r", "--out", "b"] + line.split(separator: " ").map(String.init)
    let command = try #require(try MSAPrep.parseAsRoot(words) as? IEMOCAP)
    let error = try #require(throws: DataError.self) { try command.preparation() }
    #expect(error.code == .usage)
    #expect(error.description == expected)
  }

  @Test("text alone needs no root if its files are named")
  func textOnly() throws {
    let words = ["mosi", "--out", "o", "--modalities", "text", "--text", "t", "--labels", "l", "--glove", "g"]
    let command = try #require(try MSAPrep.parseAsRoot(words) as? MOSI)
    let configuration = try command.preparation()
    #expect(configuration.modalities == [.text])
    let options = try #require(configuration.corpus as? CMUCorpus).options
    #expect(options.files == [.text: "t"])
    #expect(options.labelFile == "l")
    #expect(configuration.glove == "g")
  }

  @Test("defaults are those in the manual")
  func defaults() throws {
    let command = try #require(try MSAPrep.parseAsRoot(["mosei", "--root", "r", "--out", "o"]) as? MOSEI)
    let configuration = try command.preparation()
    #expect(configuration.granularity == .word)
    #expect(configuration.cleaning == .mask)
    #expect(configuration.dtype == .f16)
    #expect(configuration.missing == .drop)
    #expect(configuration.split == .ratios([0.7, 0.15, 0.15], seed: 42))
    #expect(configuration.modalities == [.visual, .audio, .text])
    #expect(!configuration.overwrites)
  }
}
