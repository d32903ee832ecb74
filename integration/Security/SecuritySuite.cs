namespace OciSharp.Security;

[SetUpFixture]
public sealed class SecuritySuite : Suite;
