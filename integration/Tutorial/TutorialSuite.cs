namespace OciSharp.Tutorial;

[SetUpFixture]
public sealed class TutorialSuite : Suite;
