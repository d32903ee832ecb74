namespace OciSharp.Integration;

[SetUpFixture]
public sealed class IntegrationSuite : Suite;
