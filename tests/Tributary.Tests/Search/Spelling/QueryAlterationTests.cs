using Tributary.Search.Spelling;

namespace Tributary.Tests.Search.Spelling;

public class QueryAlterationTests
{
    [Fact]
    public void Words_are_replaced_where_they_stand_and_wrapped_in_private_characters()
    {
        var alteration = new QueryAlteration("Vacatoin  (polcy)!", [new AlteredToken(0, 8, "vacation"), new AlteredToken(11, 5, "policy")], IsModification: false);

        Assert.Equal("vacation  (policy)!", alteration.Altered);
        Assert.Equal("\uE000vacation\uE001  (\uE000policy\uE001)!", alteration.Highlighted);
    }
}
