using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CsCheck;
using Tributary.Connections;
using Tributary.Graph;

namespace Tributary.Tests.Connections;

public partial class AdaptiveCardRulesTests
{
    private const string Root = "$.searchSettings.searchResultTemplates[0].layout";

    public static TheoryData<string> SampleNames => [.. AdaptiveCardSamples.All.Keys];

    [Theory]
    [MemberData(nameof(SampleNames))]
    public void A_published_layout_is_valid(string name) => Assert.Empty(Check(AdaptiveCardSamples.All[name]));

    [Fact]
    public void A_card_with_one_of_everything_is_valid() => Assert.Empty(Check(AdaptiveCardSamples.Rich));

    [Theory]
    [InlineData("an empty object", "{}")]
    [InlineData("an empty body", """{"type":"AdaptiveCard","version":"1.5","body":[]}""")]
    [InlineData("actions and no body", """{"type":"AdaptiveCard","version":"1.5","actions":[{"type":"Action.OpenUrl","url":"https://contoso.com"}]}""")]
    [InlineData("a bound version", """{"type":"AdaptiveCard","version":"${v}","body":[]}""")]
    [InlineData("a bound type", """{"type":"${t}","body":5}""")]
    [InlineData("a bound body", """{"type":"AdaptiveCard","version":"1.5","body":"${elements}"}""")]
    [InlineData("unknown members", """{"type":"AdaptiveCard","version":"1.5","body":[],"x":{"type":"Nope","items":1},"y":[null],"@odata.type":"z"}""")]
    [InlineData("optional members that are null", """{"type":"AdaptiveCard","version":"1.5","body":[],"rtl":null,"selectAction":null,"actions":null}""")]
    [InlineData("a background by its address", """{"type":"AdaptiveCard","version":"1.5","body":[],"backgroundImage":"https://contoso.com/a.png"}""")]
    public void A_card_may_have(string what, string card) => Assert.True(Check(card).Count == 0, what);

    [Theory]
    [InlineData("""{"type":"TextBlock","text":"t","size":"eXtRaLaRgE","weight":"BOLDER","color":"good"}""")]
    [InlineData("""{"type":"TextBlock","text":"t","size":"normal","weight":"Normal","style":"columnHeader"}""")]
    [InlineData("""{"type":"TextBlock","text":"","wrap":"True","isVisible":"false"}""")]
    [InlineData("""{"type":"TextBlock","text":"${t}","size":"${s}","wrap":"${w}","maxLines":"${n}","isVisible":"${show}","requires":"${r}"}""")]
    [InlineData("""{"type":"TextBlock","text":"t","color":"${if(a == '}', 'good', \"warning\")}"}""")]
    [InlineData("""{"type":"TextBlock","text":"${json('{\"a\": {}}')} and ${ {a: {b: 1}} }"}""")]
    [InlineData("""{"type":"TextBlock","text":"costs $5 {name} $ {price} ${} } $$"}""")]
    [InlineData("""{"type":"TextBlock","text":"t","requires":{"adaptiveCards":"1.2"}}""")]
    [InlineData("""{"type":"Container","items":"${things}"}""")]
    [InlineData("""{"type":"Container","items":["${element}"],"selectAction":"${action}"}""")]
    [InlineData("""{"type":"${kind}","text":5,"items":true}""")]
    [InlineData("""{"type":"Fancy","fallback":"drop"}""")]
    [InlineData("""{"type":"Fancy","fallback":"${whatever}"}""")]
    [InlineData("""{"type":"Fancy","fallback":{"type":"Fancier","fallback":{"type":"TextBlock","text":"t"}}}""")]
    [InlineData("""{"type":"Container","fallback":"drop","items":[{"type":"Fancy"},{"type":"ColumnSet","columns":[{"items":[{"type":"Fancy"}]}]}]}""")]
    [InlineData("""{"type":"ColumnSet","columns":[{"type":"Column","fallback":{"items":[]},"items":[{"type":"Fancy"}]},{"type":"Fancy","fallback":"drop"}]}""")]
    [InlineData("""{"type":"ActionSet","actions":[{"type":"Action.Fancy","fallback":{"type":"Action.Submit"}}]}""")]
    [InlineData("""{"type":"Image","url":"","height":"auto","width":40}""")]
    [InlineData("""{"type":"Input.ChoiceSet","id":"i","choices":"${choices}"}""")]
    public void An_element_may_be(string element) => Assert.Empty(Check(CardOf(element)));

    [Theory]
    [InlineData("null", "")]
    [InlineData("[]", "")]
    [InlineData("\"AdaptiveCard\"", "")]
    [InlineData("\"${card}\"", "")]
    [InlineData("7", "")]
    [InlineData("""{"version":"1.5","body":[]}""", ".type")]
    [InlineData("""{"type":null,"version":"1.5","body":[]}""", ".type")]
    [InlineData("""{"type":7,"version":"1.5","body":[]}""", ".type")]
    [InlineData("""{"type":"adaptiveCard","version":"1.5","body":[]}""", ".type")]
    [InlineData("""{"type":"MessageCard","fallback":"drop"}""", ".type")]
    [InlineData("""{"type":"AdaptiveCard","body":[]}""", ".version")]
    [InlineData("""{"type":"AdaptiveCard","version":null,"body":[]}""", ".version")]
    [InlineData("""{"type":"AdaptiveCard","version":1.5,"body":[]}""", ".version")]
    [InlineData("""{"type":"AdaptiveCard","version":"1","body":[]}""", ".version")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.7","body":[]}""", ".version")]
    [InlineData("""{"type":"AdaptiveCard","version":"2.0","body":[]}""", ".version")]
    [InlineData("""{"type":"AdaptiveCard","version":"${v","body":[]}""", ".version")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5"}""", ".body")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","Body":[]}""", ".body")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":null}""", ".body")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":{}}""", ".body")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":"none"}""", ".body")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":[],"body":[]}""", ".body")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":[],"actions":{}}""", ".actions")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":[],"actions":[{"type":"TextBlock","text":"t"}]}""", ".actions[0].type")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":[],"actions":[{"type":"Action.Fancy"}]}""", ".actions[0].type")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":[],"actions":[{"type":"Action.OpenUrl"}]}""", ".actions[0].url")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":[],"actions":[{"type":"Action.ShowCard"}]}""", ".actions[0].card")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":[],"actions":[{"type":"Action.ShowCard","card":{"body":5}}]}""", ".actions[0].card.body")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":[],"actions":[{"type":"Action.Submit","data":1}]}""", ".actions[0].data")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":[],"actions":[{"type":"Action.Submit","style":"loud"}]}""", ".actions[0].style")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":[],"selectAction":{"type":"Action.ShowCard","card":{}}}""", ".selectAction.type")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":[],"selectAction":{}}""", ".selectAction.type")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":[],"selectAction":[]}""", ".selectAction")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":[],"backgroundImage":{}}""", ".backgroundImage.url")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":[],"backgroundImage":5}""", ".backgroundImage")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":[],"fallbackText":5}""", ".fallbackText")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":[],"rtl":"yes"}""", ".rtl")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":[],"refresh":{"userIds":["a",1]}}""", ".refresh.userIds[1]")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":[],"refresh":{"action":{"type":"Action.Submit"}}}""", ".refresh.action.type")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":[],"msteams":1}""", ".msteams")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":[],"$data":{"a":["fine","${open"]}}""", ".$data.a[1]")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":[],"lang":"\ud800"}""", ".lang")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":[],"x":{"\ud800":1}}""", ".x")]
    public void A_defect_of_the_card_is_told_at(string card, string path) => Assert.Equal([Root + path], PathsOf(Check(card)));

    [Theory]
    [InlineData("null", "")]
    [InlineData("\"TextBlock\"", "")]
    [InlineData("[]", "")]
    [InlineData("{}", ".type")]
    [InlineData("""{"text":"t"}""", ".type")]
    [InlineData("""{"type":["TextBlock"]}""", ".type")]
    [InlineData("""{"type":5,"fallback":"drop"}""", ".type")]
    [InlineData("""{"type":"textblock","text":"t"}""", ".type")]
    [InlineData("""{"type":"${kind","text":"t"}""", ".type")]
    [InlineData("""{"type":"Column","items":[]}""", ".type")]
    [InlineData("""{"type":"Action.Submit"}""", ".type")]
    [InlineData("""{"type":"AdaptiveCard","version":"1.5","body":[]}""", ".type")]
    [InlineData("""{"type":"Fancy","fallback":null}""", ".type")]
    [InlineData("""{"type":"Fancy","fallback":"keep"}""", ".fallback")]
    [InlineData("""{"type":"Fancy","fallback":{"type":"Fancier"}}""", ".fallback.type")]
    [InlineData("""{"type":"Fancy","fallback":{"type":"Action.Submit"}}""", ".fallback.type")]
    [InlineData("""{"type":"TextBlock","text":"t","fallback":{"type":"TextBlock"}}""", ".fallback.text")]
    [InlineData("""{"type":"TextBlock"}""", ".text")]
    [InlineData("""{"type":"TextBlock","text":null}""", ".text")]
    [InlineData("""{"type":"TextBlock","text":5}""", ".text")]
    [InlineData("""{"type":"TextBlock","text":"Hello ${name"}""", ".text")]
    [InlineData("""{"type":"TextBlock","text":"${a} and ${concat('}'"}""", ".text")]
    [InlineData("""{"type":"TextBlock","text":"${ {a: 1}"}""", ".text")]
    [InlineData("""{"type":"TextBlock","text":"t","size":"huge"}""", ".size")]
    [InlineData("""{"type":"TextBlock","text":"t","size":2}""", ".size")]
    [InlineData("""{"type":"TextBlock","text":"t","weight":"bold"}""", ".weight")]
    [InlineData("""{"type":"TextBlock","text":"t","color":"#ff0000"}""", ".color")]
    [InlineData("""{"type":"TextBlock","text":"t","color":"{color}"}""", ".color")]
    [InlineData("""{"type":"TextBlock","text":"t","horizontalAlignment":"justify"}""", ".horizontalAlignment")]
    [InlineData("""{"type":"TextBlock","text":"t","spacing":"8px"}""", ".spacing")]
    [InlineData("""{"type":"TextBlock","text":"t","wrap":1}""", ".wrap")]
    [InlineData("""{"type":"TextBlock","text":"t","wrap":"${}"}""", ".wrap")]
    [InlineData("""{"type":"TextBlock","text":"t","isVisible":"{show}"}""", ".isVisible")]
    [InlineData("""{"type":"TextBlock","text":"t","maxLines":"3"}""", ".maxLines")]
    [InlineData("""{"type":"TextBlock","text":"t","id":7}""", ".id")]
    [InlineData("""{"type":"TextBlock","text":"t","requires":"1.2"}""", ".requires")]
    [InlineData("""{"type":"TextBlock","text":"t","$when":"${a"}""", ".$when")]
    [InlineData("""{"type":"TextBlock","text":"t","text":"u"}""", ".text")]
    [InlineData("""{"type":"RichTextBlock"}""", ".inlines")]
    [InlineData("""{"type":"RichTextBlock","inlines":["a",5]}""", ".inlines[1]")]
    [InlineData("""{"type":"RichTextBlock","inlines":[{"type":"TextRun"}]}""", ".inlines[0].text")]
    [InlineData("""{"type":"RichTextBlock","inlines":[{"type":"TextBlock","text":"t"}]}""", ".inlines[0].type")]
    [InlineData("""{"type":"Image"}""", ".url")]
    [InlineData("""{"type":"Image","url":{}}""", ".url")]
    [InlineData("""{"type":"Image","url":"u","size":"tiny"}""", ".size")]
    [InlineData("""{"type":"Image","url":"u","style":"round"}""", ".style")]
    [InlineData("""{"type":"Image","url":"u","selectAction":{"type":"Action.OpenUrl"}}""", ".selectAction.url")]
    [InlineData("""{"type":"ImageSet"}""", ".images")]
    [InlineData("""{"type":"ImageSet","images":[{"url":"u"},{}]}""", ".images[1].url")]
    [InlineData("""{"type":"ImageSet","images":[{"type":"TextBlock","text":"t"}]}""", ".images[0].type")]
    [InlineData("""{"type":"Media","sources":[{}]}""", ".sources[0].url")]
    [InlineData("""{"type":"Container"}""", ".items")]
    [InlineData("""{"type":"Container","items":{}}""", ".items")]
    [InlineData("""{"type":"Container","items":[],"style":"fancy"}""", ".style")]
    [InlineData("""{"type":"Container","items":[{"type":"Container","items":[{"type":"Fancy"}]}]}""", ".items[0].items[0].type")]
    [InlineData("""{"type":"ColumnSet"}""", ".columns")]
    [InlineData("""{"type":"ColumnSet","columns":[{"type":"Container","items":[]}]}""", ".columns[0].type")]
    [InlineData("""{"type":"ColumnSet","columns":[{"items":[]},{"items":[{"type":"TextBlock","text":"t"},{"type":"Fancy"}]}]}""", ".columns[1].items[1].type")]
    [InlineData("""{"type":"ColumnSet","columns":[{"type":"Column","width":true}]}""", ".columns[0].width")]
    [InlineData("""{"type":"ColumnSet","columns":[{"type":"Column","fallback":{"type":"TextBlock","text":"t"}}]}""", ".columns[0].fallback.type")]
    [InlineData("""{"type":"FactSet","facts":[{"title":"a","value":"b"},{"title":"c"}]}""", ".facts[1].value")]
    [InlineData("""{"type":"FactSet","facts":[{"title":"a","value":5}]}""", ".facts[0].value")]
    [InlineData("""{"type":"FactSet","facts":[{"type":"Fancy","title":"a","value":"b","fallback":"drop"}]}""", ".facts[0].type")]
    [InlineData("""{"type":"ActionSet"}""", ".actions")]
    [InlineData("""{"type":"ActionSet","actions":[{"type":"Action.ToggleVisibility"}]}""", ".actions[0].targetElements")]
    [InlineData("""{"type":"ActionSet","actions":[{"type":"Action.ToggleVisibility","targetElements":[{"isVisible":true}]}]}""", ".actions[0].targetElements[0].elementId")]
    [InlineData("""{"type":"Table","columns":[]}""", ".rows")]
    [InlineData("""{"type":"Table","columns":[],"rows":[{}]}""", ".rows[0].cells")]
    [InlineData("""{"type":"Table","columns":[],"rows":[{"cells":[{"items":[{}]}]}]}""", ".rows[0].cells[0].items[0].type")]
    [InlineData("""{"type":"Carousel"}""", ".pages")]
    [InlineData("""{"type":"Input.Text"}""", ".id")]
    [InlineData("""{"type":"Input.Text","id":"i","style":"date"}""", ".style")]
    [InlineData("""{"type":"Input.Number","id":"i","value":"5"}""", ".value")]
    [InlineData("""{"type":"Input.Date","id":5}""", ".id")]
    [InlineData("""{"type":"Input.Time","id":"i","isRequired":"perhaps"}""", ".isRequired")]
    [InlineData("""{"type":"Input.Toggle","id":"i"}""", ".title")]
    [InlineData("""{"type":"Input.ChoiceSet","id":"i"}""", ".choices")]
    [InlineData("""{"type":"Input.ChoiceSet","id":"i","choices":[{"title":"t"}]}""", ".choices[0].value")]
    [InlineData("""{"type":"Input.ChoiceSet","id":"i","choices.data":{}}""", "['choices.data'].dataset")]
    public void A_defect_of_an_element_is_told_at(string element, string path) =>
        Assert.Equal([$"{Root}.body[1]{path}"], PathsOf(Check(CardOf(element))));

    [Fact]
    public void All_defects_are_told_at_once_each_with_what_is_allowed()
    {
        Problems problems = Check(CardOf("""{"type":"TextBlock","size":"huge","wrap":7}"""));

        Assert.Equal(
            [
                (Root + ".body[1].text", "TextBlock needs the member 'text'."),
                (Root + ".body[1].size", "Expected one of default, small, medium, large, extraLarge, normal, found 'huge'."),
                (Root + ".body[1].wrap", "Expected true or false, found a number."),
            ],
            problems.Select(problem => (problem.Path, problem.Message)));
        Assert.All(problems, problem => Assert.Equal((ProblemKind.Rule, "InvalidAdaptiveCard"), (problem.Kind, problem.Code)));
    }

    [Fact]
    public void The_fallback_of_an_object_does_not_excuse_what_is_in_the_fallback() => Assert.Equal(
        [Root + ".body[1].fallback.items[0].type"],
        PathsOf(Check(CardOf("""{"type":"Container","items":[{"type":"Fancy"}],"fallback":{"type":"Container","items":[{"type":"Fancy"}]}}"""))));

    [Fact]
    public void A_card_with_countless_defects_is_told_fifty_of_them()
    {
        string card = CardOf(string.Join(',', Enumerable.Repeat("""{"type":"TextBlock"}""", 1000)));

        Assert.Equal(AdaptiveCardRules.MaxProblems, Check(card).Count);
    }

    [Fact]
    public void A_card_does_not_use_up_the_problems_of_others()
    {
        Problems problems = [];
        problems.AddRange(Enumerable.Repeat(new Problem(ProblemKind.Shape, "$", "BadRequest", "Another."), 60));

        Check("{\"type\":\"AdaptiveCard\"}", problems);

        Assert.Equal([Root + ".version", Root + ".body"], PathsOf(problems).Skip(60));
    }

    [Theory]
    [InlineData("""{"x":""", "}")]
    [InlineData("[", "]")]
    public void A_card_that_is_nested_too_deep_is_one_problem(string open, string close)
    {
        string NestedBy(int levels) =>
            $$"""{"type":"AdaptiveCard","version":"1.5","body":[],"x":{{Repeat(open, levels)}}1{{Repeat(close, levels)}},"lang":5}""";
        static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

        Assert.Equal([Root + ".lang"], PathsOf(Check(NestedBy(AdaptiveCardRules.MaxDepth - 1))));
        Problem problem = Assert.Single(Check(NestedBy(5000)));
        Assert.Contains("64 levels", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Elements_that_are_nested_too_deep_are_one_problem()
    {
        string element = """{"type":"TextBlock"}""";
        for (int i = 0; i < 100; i++)
        {
            element = $$"""{"type":"Container","items":[{{element}}]}""";
        }

        Assert.Single(Check(CardOf(element)));
    }

    /// <summary>Were the path of every value put together, this would write 20 GB of text.</summary>
    [Fact]
    public void A_huge_card_is_checked_in_one_pass()
    {
        string name = new('n', 100_000);
        string values = string.Join(',', Enumerable.Repeat("\"v\"", 200_000));
        string card = $$"""{"type":"AdaptiveCard","version":"1.5","body":[],"{{name}}":[{{values}},"${"]}""";

        Problem problem = Assert.Single(Check(card));
        Assert.EndsWith("n…[200000]", problem.Path, StringComparison.Ordinal);
        Assert.True(problem.Path.Length < 300);
    }

    [Fact]
    public void Long_text_is_not_repeated_in_a_message()
    {
        Problem problem = Assert.Single(Check(CardOf($$"""{"type":"{{new string('x', 10_000)}}"}""")));

        Assert.True(problem.Message.Length < 500);
    }

    /// <summary>
    /// Cards that are broken at random: the check never throws, tells no more than it may, and each path leads to a value of the card or, for a
    /// member that is missing, to the object that lacks it.
    /// </summary>
    [Fact]
    public void However_a_card_is_broken_each_problem_points_into_it() => Gen.Int.Sample(
        seed =>
        {
            JsonNode card = Mutated(JsonNode.Parse(AdaptiveCardSamples.Rich)!, new Random(seed));

            Problems problems = Check(card.ToJsonString());

            Assert.InRange(problems.Count, 0, AdaptiveCardRules.MaxProblems);
            Assert.All(problems, problem => AssertLeadsInto(card, problem.Path));
        },
        iter: 1000,
        threads: 1);

    private static JsonNode Mutated(JsonNode card, Random random)
    {
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            JsonNode[] nodes = [.. Descendants(card).Where(node => node.Parent is not null)];
            JsonNode node = nodes[random.Next(nodes.Length)];
            JsonNode? other = random.Next(8) switch
            {
                0 => null,
                1 => JsonValue.Create(random.Next()),
                2 => JsonValue.Create("${bound}"),
                3 => JsonValue.Create("${open"),
                4 => new JsonObject(),
                5 => new JsonArray(1, "two", null),
                6 => new JsonObject { ["type"] = "Fancy", ["wrapped"] = node.DeepClone() },
                _ => nodes[random.Next(nodes.Length)].DeepClone(),
            };

            if (node.Parent is JsonObject owner)
            {
                string name = node.GetPropertyName();
                owner.Remove(name);
                if (random.Next(4) > 0)
                {
                    owner[name] = other;
                }
            }
            else if (node.Parent is JsonArray array)
            {
                array[node.GetElementIndex()] = other;
            }
        }

        return card;
    }

    private static IEnumerable<JsonNode> Descendants(JsonNode node)
    {
        IEnumerable<JsonNode?> children = node switch
        {
            JsonObject owner => owner.Select(member => member.Value),
            JsonArray array => array,
            _ => [],
        };
        return children.OfType<JsonNode>().SelectMany(Descendants).Prepend(node);
    }

    private static void AssertLeadsInto(JsonNode card, string path)
    {
        Assert.StartsWith(Root, path, StringComparison.Ordinal);
        JsonNode? node = card;
        foreach (Match step in PathStep().Matches(path[Root.Length..]))
        {
            Assert.NotNull(node);
            node = step.Groups["index"].Success
                ? node.AsArray()[int.Parse(step.Groups["index"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)]
                : node.AsObject()[step.Groups["name"].Value];
        }
    }

    [GeneratedRegex(@"\G(?:\.(?<name>[^.\[]+)|\['(?<name>[^']+)'\]|\[(?<index>\d+)\])")]
    private static partial Regex PathStep();

    /// <summary>A card that is valid but for <paramref name="element"/>, which is <c>body[1]</c>.</summary>
    private static string CardOf(string element) =>
        $$"""{"type":"AdaptiveCard","version":"1.5","body":[{"type":"TextBlock","text":"first"},{{element}}]}""";

    private static Problems Check(string card) => Check(card, []);

    private static Problems Check(string card, Problems problems)
    {
        using var document = JsonDocument.Parse(card, new JsonDocumentOptions { MaxDepth = 10_000 });
        AdaptiveCardRules.Check(document.RootElement, Root, problems);
        return problems;
    }

    private static IEnumerable<string> PathsOf(Problems problems) => problems.Select(problem => problem.Path);
}
