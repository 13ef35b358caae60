using Tributary.Indexing;

namespace Tributary.Tests.Indexing;

public class HtmlTextTests
{
    [Theory]
    [InlineData("<p>one</p>two<br>three", "one two three")]
    [InlineData("<table><tr><td>a</td><td>b</td></tr></table>", "a b")]
    [InlineData("w<b>or</b>d <a href='x'>li</a>nk", "word link")]
    [InlineData("a<script>var hidden;</script>b<style>p { color: red }</style>c", "a b c")]
    [InlineData("<template>hidden</template><noscript>hidden</noscript>shown", "shown")]
    [InlineData("&lt;tag&gt; &amp; caf&eacute; &#128512;", "<tag> & café 😀")]
    [InlineData("<!-- hidden --><div>open", "open")]
    [InlineData("<frameset><frame></frameset>", "")]
    [InlineData("<head><title>hidden</title></head><body>shown</body>", "shown")]
    [InlineData("<script>if (a < b) '<p>hidden</p>'</script>shown", "shown")]
    [InlineData("<textarea><b>shown</b></textarea>", "<b>shown</b>")]
    [InlineData("<template><template>hidden</template>hidden</template>shown", "shown")]
    [InlineData("a <  b", "a < b")]
    [InlineData("shown<script>hidden to the end", "shown")]
    [InlineData("<p title='<b>hidden</b>'>shown", "shown")]
    [InlineData("", "")]
    public void What_a_reader_would_see_is_the_text(string html, string text) =>
        Assert.Equal(text, string.Join(' ', HtmlText.Of(html).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));

    [Theory]
    [InlineData("<div>")]
    [InlineData("<b>")]
    [InlineData("<b><p>")]
    [InlineData("<a><table>")]
    [InlineData("<table><tr><td>")]
    [InlineData("<svg>")]
    [InlineData("<font><i>")]
    [InlineData("<template>")]
    [InlineData("<select><option>")]
    [InlineData("</p>")]
    [InlineData("<li>")]
    [InlineData("<x a=b>")]
    public void A_hundred_thousand_nested_tags_cost_little(string tag)
    {
        string html = "<p>first</p>" + string.Concat(Enumerable.Repeat(tag, 100_000)) + "last";
        long started = System.Diagnostics.Stopwatch.GetTimestamp();

        string text = HtmlText.Of(html);

        Assert.Contains("first", text, StringComparison.Ordinal);
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(5), $"{tag} took {System.Diagnostics.Stopwatch.GetElapsedTime(started)}");
    }
}
