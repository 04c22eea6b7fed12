import Audit
import Leaks
import Samples
import SplitLists
import TestSupport
import Testing
import Text

@Suite("What lists say about their samples") struct ListedSamplesTests {
  @Test(
    "a list gives the same samples in every form",
    arguments: [
      ("list.csv", "id,speaker,label,split\na_1,Ann,1,train\nb_2,Bob,0,dev\nc_3,Cy,1,test\n"),
      ("list.tsv", "speaker\tid\tmode\tlabel\nAnn\ta_1\ttrain\t1\nBob\tb_2\tval\t0\nCy\tc_3\ttest\t1\n"),
      (
        "list.jsonl",
        "{\"id\":\"a_1\",\"speaker\":\"Ann\",\"label\":1,\"split\":\"train\"}\n\n"
          + "{\"id\":\"b_2\",\"speaker\":\"Bob\",\"label\":0,\"split\":\"valid\"}\n"
          + "{\"id\":\"c_3\",\"speaker\":\"Cy\",\"label\":1,\"split\":\"test\"}\n"
      ),
      (
        "list.json",
        "{\"train\":[{\"id\":\"a_1\",\"speaker\":\"Ann\",\"label\":1}],\"valid\":{\"b_2\":{\"speaker\":\"Bob\",\"label\":0}},"
          + "\"test\":[{\"id\":\"c_3\",\"speaker\":\"Cy\",\"label\":1}]}"
      ),
      (
        "list.json",
        "{\"a_1\":{\"speaker\":\"Ann\",\"label\":1,\"split\":\"train\"},\"b_2\":{\"speaker\":\"Bob\",\"label\":0,"
          + "\"split\":\"dev\"},\"c_3\":{\"speaker\":\"Cy\",\"label\":1,\"split\":\"test\"}}"
      ),
    ])
  func forms(name: String, text: String) throws {
    let dataset = try lists([(name, text)])
    #expect(dataset.samples.map(\.id) == ["a_1", "b_2", "c_3"])
    #expect(dataset.samples.map(\.split) == [.train, .valid, .test])
    #expect(dataset.samples.map(\.speaker) == ["Ann", "Bob", "Cy"])
    #expect(dataset.samples.map(\.label) == [[1], [0], [1]])
  }

  @Test("one list per split is recognised by its file name; without a heading it holds ids, or ids and labels")
  func files() throws {
    let dataset = try lists([("train.txt", "x\ny\n"), ("dev.txt", "z\n"), ("my_test_list.csv", "u,happy\nv,sad\n")])
    #expect(dataset.samples.map(\.id) == ["x", "y", "z", "u", "v"])
    #expect(dataset.labelNames == ["label=happy", "label=sad"])
    #expect(dataset.samples.last?.label == [0, 1])
    let bare = try lists([("train.py", "['a',\n 'b']\n"), ("test.json", "[\"c\"]")])
    #expect(bare.samples.map(\.id) == ["a", "b", "c"])
    #expect(try table("a,train\nb,test\nc,dev\n").samples.map(\.id) == ["a", "c", "b"])
  }

  @Test("--columns supplies what names do not, by name or by number")
  func columns() throws {
    let named = try table("clip,who,part\na,Ann,train\nb,Ann,test\n", columns: ["id=clip", "speaker=who,split=part"])
    let summary = try named.finding(IDOverlap()).summary
    #expect(summary.contains("1 of 1 test speaker, with 1 of 1 test sample, is in train"), "\(summary)")
    let numbered = try table("1,a,train\n0,b,test\n", columns: ["label=1,id=2,split=3"])
    #expect(numbered.samples.map(\.id) == ["a", "b"])
    #expect(throws: DataError.self) { try table("a,b\n1,2\n", columns: ["id=c"]) }
    #expect(throws: DataError.self) { try ColumnChoice(parsing: ["colour=c"]) }
  }

  @Test(
    "a file that is not a list is refused in one line that says where",
    arguments: [
      "id,split\na,train\nb\n", "id,split\na,third\n", "id,label\na,1\n", "a,b,c\n1,2,3\n", "", "{\"train\": 3}",
      "[1, 2",
      "id,split\n\"a,train\n",
    ])
  func refusals(text: String) throws {
    let error = #expect(throws: DataError.self) { try table(text) }
    #expect(error?.code == .badData)
    #expect(error?.file?.hasSuffix("list.csv") == true)
    #expect(error?.description.contains("\n") == false)
  }

  @Test("restarting dialogue numbers without contradictions stay doubtful; within one split they are fine")
  func doubtfulDialogs() throws {
    let rows = (0..<12).map { "\($0 < 6 ? "t" : "e")\($0),\($0 % 6),\($0 < 6 ? "train" : "test")" }
    let doubtful = try table("id,dialogue_id,split\n" + rows.joined(separator: "\n")).finding(IDOverlap())
    #expect(doubtful.verdict == .undecidable && doubtful.doubt == .suspicion)
    let names = rows.map { $0.replacing(",", with: ",conversation ", maxReplacements: 1) }
    #expect(try table("id,dialogue_id,split\n" + names.joined(separator: "\n")).finding(IDOverlap()).verdict == .fail)
  }

  @Test("a dialogue whose lines are in two splits is a leak, whatever its number")
  func tornDialogs() throws {
    let rows = (0..<12).map { "\($0 / 3),\($0 % 3),line \($0) of them,\($0 % 3 == 2 ? "test" : "train")" }
    let torn = try table("dialogue_id,utterance_id,text,split\n" + rows.joined(separator: "\n"))
    #expect(try torn.finding(IDOverlap()).verdict == .fail)
    let same = (0..<6).flatMap { number in ["train", "test"].map { "\(number),0,line \(number),\($0)" } }
    let copied = try table("dialogue_id,utterance_id,text,split\n" + same.sorted().joined(separator: "\n"))
    #expect(try copied.finding(IDOverlap()).verdict == .fail)
  }

  @Test("restarting ids with different sentences are a clash; with the same sentence they are a leak")
  func ids() throws {
    let clash = try lists([
      ("train.csv", "id,text\nu1,good morning\nu2,good night\n"), ("test.csv", "id,text\nu1,hello there\nu2,not now\n"),
    ])
    #expect(clash.samples.map(\.id) == ["train/u1", "train/u2", "test/u1", "test/u2"])
    #expect(try clash.finding(IDOverlap()).doubt == .missingInput)
    let leak = try lists([
      ("train.csv", "id,text\nu1,good morning\nu2,good night\n"),
      ("test.csv", "id,text\nu1,good morning\nu3,not now\n"),
    ])
    #expect(try leak.finding(IDOverlap()).verdict == .fail)
    #expect(try leak.pairs(IDOverlap()).contains("u1 / u1: the same sample u1"))
  }

  @Test("speakers named by role identify nobody")
  func roles() throws {
    let finding = try table("id,speaker,split\na,M,train\nb,F,train\nc,M,test\n").finding(IDOverlap())
    #expect(finding.verdict == .undecidable)
    #expect(finding.evidence.contains { $0.text.contains("are roles") })
  }

  @Test("no check passes without samples")
  func nothing() throws {
    let dataset = try table("id,split\na,train\nb,valid\nc,test\n")
    let report = try AuditReport(AuditSubject(datasets: [dataset], threads: 1))
    #expect(!report.hasErrors)
    for check in CheckRegistry.all where !["fold-presence", "time-overlap"].contains(check.id) {
      #expect(try dataset.finding(check).verdict == .undecidable, "\(check.id)")
    }
  }

  @Test("restarting numbers may be as large as numbers can be")
  func largeNumbers() throws {
    let dataset = try table("id,split,dialogue\na,train,0\nb,train,\(Int.max)\nc,test,0\n")
    #expect(dataset.samples.map(\.id) == ["a", "b", "c"])
  }
}
