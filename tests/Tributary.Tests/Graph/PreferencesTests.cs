using Microsoft.AspNetCore.Http;
using Tributary.Graph;

namespace Tributary.Tests.Graph;

public class PreferencesTests
{
    [Theory]
    [InlineData("odata.maxpagesize=5", "5")]
    [InlineData("ODATA.MaxPageSize = 5", "5")]
    [InlineData("odata.maxpagesize=\"5\"; strict=true", "5")]
    [InlineData("return=minimal, odata.maxpagesize=5", "5")]
    [InlineData("odata.maxpagesize=5, odata.maxpagesize=6", "5")]
    [InlineData("odata.maxpagesize", "")]
    [InlineData("odata.maxpagesizes=5", null)]
    [InlineData("respond-async;odata.maxpagesize=5", null)]
    [InlineData("", null)]
    public void A_preference_is_found_by_its_whole_name(string header, string? value)
    {
        HttpRequest request = new DefaultHttpContext().Request;
        request.Headers["Prefer"] = header;

        Assert.Equal(value, Preferences.ValueOrNull(request, Preferences.MaxPageSize));
        Assert.Equal(value is not null, Preferences.Has(request, Preferences.MaxPageSize));
    }

    [Fact]
    public void Preferences_may_stand_on_several_lines()
    {
        HttpRequest request = new DefaultHttpContext().Request;
        request.Headers.Append("Prefer", "return=minimal");
        request.Headers.Append("Prefer", "include-unknown-enum-members");

        Assert.True(Preferences.Has(request, Preferences.IncludeUnknownEnumMembers));
        Assert.Equal("minimal", Preferences.ValueOrNull(request, "return"));
    }
}
