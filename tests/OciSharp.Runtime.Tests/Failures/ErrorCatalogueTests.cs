namespace OciSharp.Runtime.Tests.Failures;

/// <summary>The ids of errors are an interface: docs/errors.md has each of them, as the code has it.</summary>
public sealed class ErrorCatalogueTests
{
    [Test]
    public void No_id_is_used_twice() => Assert.That(ErrorCatalogue.Classes.Select(found => found.Id), Is.Not.Empty.And.Unique.And.All.Match("^OCI2[0-9]{3}$"));

    [Test]
    public void The_document_says_what_the_code_does()
    {
        string document = File.ReadAllText(ErrorCatalogue.Path);
        string renewed = ErrorCatalogue.Renew(document);
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(ErrorCatalogue.Path, renewed);
            Assert.Ignore("docs/errors.md was rewritten");
        }

        Assert.That(document, Is.EqualTo(renewed), "docs/errors.md differs: UPDATE_SNAPSHOTS=1 rewrites it");
    }

    [Test]
    public void Each_entry_says_what_it_means() =>
        Assert.That(ErrorCatalogue.Meanings(File.ReadAllText(ErrorCatalogue.Path)).Where(entry => !entry.Value.EndsWith('.') || entry.Value == "To be written."), Is.Empty);

    [Test]
    public void Each_class_has_a_remedy_and_a_source()
    {
        foreach (var found in ErrorCatalogue.Classes)
        {
            Assert.That(found.Remedy, Does.Match("^[a-z]").And.Not.EndsWith("."), found.Id);
            Assert.That(found.Section, Does.Match(@"^(config(-linux)?\.md#[a-z-]+|runtime\.md#[a-z-]+|[A-Za-z_.]+\([1-9](const)?\))$"), found.Id);
        }
    }
}
