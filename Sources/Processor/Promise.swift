/// Ends the program where a caller broke a promise that memory depends on.
///
/// TensorCore is built without checks, so `precondition` is an assumption there: it makes the compiler believe what it
/// should test. A call to this function stays in every build, because it lives in a module with checks and is never
/// inlined.
@inline(never)
public func promiseBroken(_ promise: StaticString) -> Never {
  fatalError("broken promise: \(promise)")
}
