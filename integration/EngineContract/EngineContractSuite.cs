namespace OciSharp.EngineContract;

[SetUpFixture]
public sealed class EngineContractSuite : Suite;
