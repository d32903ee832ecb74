namespace OciSharp.Faults;

[SetUpFixture]
public sealed class FaultsSuite : Suite;
