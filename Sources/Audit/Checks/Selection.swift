import Leaks
import Runs

/// `selection`: a run chose its epoch on the valid split alone and looked at test once, and everything that its folder
/// states twice is stated the same (`RunJudge`, `SeedsJudge`).
struct Selection: AuditCheck {
  let id = "selection"
  let severity = Severity.error
  let leakage: LeakageType? = .noTestSet
  let meaning = "The best epoch was chosen on valid, and test was read once."

  func run(on subject: AuditSubject) throws -> Finding {
    guard let folder = subject.run else {
      return .undecidable(
        "Only a run folder shows how a model was chosen.",
        advice: "Give the folder of the training run with --run.")
    }
    let runs = try RunRecord.read(folder)
    var findings = try runs.map { run in
      (dataset: run.name.isEmpty ? "run" : run.name, finding: try RunJudge(run: run, subject: subject).finding())
    }
    if let summary = try RunRecord.summary(folder) {
      findings.append((dataset: "all seeds", finding: SeedsJudge(summary: summary, runs: runs).finding()))
    }
    return .merging(findings)
  }
}
