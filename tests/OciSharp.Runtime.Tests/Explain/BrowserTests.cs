using System.Diagnostics;
using System.Text.RegularExpressions;
using OciSharp.Runtime.Explain;

namespace OciSharp.Runtime.Tests.Explain;

/// <summary>The page in a browser: headless Chromium, where there is one.</summary>
public sealed partial class BrowserTests
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory()
    {
        if (Chromium is null)
            Assert.Ignore("Chromium is not installed (apt-get install chromium)");
        _directory = new TemporaryDirectory();
    }

    [TearDown]
    public void RemoveDirectory() => _directory?.Dispose();

    [TestCase("docker.json")]
    [TestCase("podman-rootless.json")]
    [TestCase("everything.json")]
    public void It_fits_a_phone_and_can_be_used_by_keyboard(string name)
    {
        string seen = Look(HtmlFormat.Write(Explained.Fixture(name)), dark: false);
        Assert.That(Number(seen, "width"), Is.LessThanOrEqualTo(360), "nothing is wider than the screen");
        Assert.That(Number(seen, "focusable"), Is.GreaterThan(Explained.Fixture(name).Steps.Count), "each step can be opened, and each section be gone to");
        Assert.That(Number(seen, "unlabelled"), Is.Zero, "each table has headings");
    }

    [Test]
    public void It_is_light_or_dark_as_the_reader_likes()
    {
        string page = HtmlFormat.Write(Explained.Fixture("runc-spec.json"));
        Assert.That(Brightness(Look(page, dark: false)), Is.GreaterThan(200));
        Assert.That(Brightness(Look(page, dark: true)), Is.LessThan(60));
    }

    [Test]
    public void A_hostile_configuration_runs_nothing()
    {
        string config = _directory.File("hostile.json", Hostile.Config);
        string seen = Look(HtmlFormat.Write(Explained.Of(config)), dark: false);
        Assert.That(Number(seen, "scripts"), Is.Zero);
        Assert.That(Number(seen, "focusable"), Is.GreaterThan(20));
    }

    private static string? Chromium { get; } = ((string[])["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]).FirstOrDefault(File.Exists);

    /// <summary>Opens the page in a frame as wide as a phone, and writes down what a script of ours sees in it.</summary>
    private string Look(string page, bool dark)
    {
        _directory.File("page.html", page);
        string frame = _directory.File("frame.html", """
            <!DOCTYPE html><body><iframe id="f" width="360" height="740" style="border:0" src="page.html"></iframe><script>
            onload = () => {
              const d = document.getElementById('f').contentDocument;
              const tables = [...d.querySelectorAll('table')].filter(t => !t.querySelector('th'));
              document.body.textContent = 'width=' + d.documentElement.scrollWidth + ' focusable=' + d.querySelectorAll('summary, a[href]').length
                + ' unlabelled=' + tables.length + ' scripts=' + d.querySelectorAll('script, img, iframe, [onerror]').length + ' back=' + getComputedStyle(d.body).backgroundColor + ';';
            };
            </script></body>
            """);
        var start = new ProcessStartInfo(Chromium!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "--headless=new", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", "--virtual-time-budget=5000",
                $"--user-data-dir={_directory.Path}/profile", $"--blink-settings=preferredColorScheme={(dark ? 0 : 1)}", "--dump-dom", $"file://{frame}",
            },
        };
        using Process browser = Process.Start(start)!;
        Task<string> error = browser.StandardError.ReadToEndAsync();
        Task<string> output = browser.StandardOutput.ReadToEndAsync();
        if (!browser.WaitForExit(TimeSpan.FromSeconds(120)))
        {
            browser.Kill(entireProcessTree: true);
            Assert.Fail($"Chromium does not come to an end: {error.Result}");
        }

        Assert.That(output.Result, Does.Contain("width="), error.Result);
        return output.Result;
    }

    private static int Number(string seen, string name) => int.Parse(Regex.Match(seen, $"{name}=(\\d+)").Groups[1].Value);

    private static int Brightness(string seen)
    {
        Match back = Back().Match(seen);
        return (int.Parse(back.Groups[1].Value) + int.Parse(back.Groups[2].Value) + int.Parse(back.Groups[3].Value)) / 3;
    }

    [GeneratedRegex(@"back=rgb\((\d+), (\d+), (\d+)\)")]
    private static partial Regex Back();
}
