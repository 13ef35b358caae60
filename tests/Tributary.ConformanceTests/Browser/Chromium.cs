using Microsoft.Playwright;
using Tributary.ConformanceTests.Hosting;
using Tributary.TakeOver.Running;

namespace Tributary.ConformanceTests.Browser;

/// <summary>The system's own Chromium, started once for a class of tests; each test has profiles of its own in it.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    /// <summary>The tests run as root in containers, where Chromium has no sandbox; and it is to ask nobody by itself.</summary>
    private static readonly string[] Arguments = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Names.Select(name => CommandPath.Find(name, Environment.GetEnvironmentVariable("PATH")).File).FirstOrDefault(file => file is not null) is { } program)
        {
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = Arguments });
        }
    }

    /// <summary>A page with a profile of its own; skips, or fails in CI, where there is no Chromium.</summary>
    /// <param name="hasScript">Whether pages may run scripts.</param>
    internal async Task<IPage> OpenAsync(bool hasScript)
    {
        if (_browser is null)
        {
            Tools.AreMissing("This test needs Chromium.");
        }

        IBrowserContext profile = await _browser!.NewContextAsync(new() { JavaScriptEnabled = hasScript });
        profile.SetDefaultTimeout(30_000);
        return await profile.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
