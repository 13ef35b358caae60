namespace Tributary.Connections;

/// <summary>What a string of a card template is.</summary>
internal enum CardText
{
    Plain,

    /// <summary>Holds an expression, so its value, and the type of that value, are only known when the template is filled.</summary>
    Bound,

    /// <summary>Opens an expression that nothing closes.</summary>
    Unterminated,
}

/// <summary>
/// Finds the <c>${…}</c> expressions of the Adaptive Cards template language (https://learn.microsoft.com/adaptive-cards/templating/language). The
/// <c>{name}</c> of templates from before May 2020 is plain text to it, as it is to today's hosts, so only a text can be bound that way.
/// </summary>
internal static class CardBinding
{
    private const string Opening = "${";

    public static CardText Read(string text)
    {
        bool isBound = false;
        int start = 0;
        while ((start = text.IndexOf(Opening, start, StringComparison.Ordinal)) >= 0)
        {
            int end = EndOrMinusOne(text, start + Opening.Length);
            if (end < 0)
            {
                return CardText.Unterminated;
            }

            isBound |= end > start + Opening.Length; // "${}" holds no expression; hosts show it as it is.
            start = end + 1;
        }

        return isBound ? CardText.Bound : CardText.Plain;
    }

    /// <summary>The closing brace of the expression at <paramref name="start"/>; braces in its strings and object literals are its own.</summary>
    private static int EndOrMinusOne(string text, int start)
    {
        int depth = 0;
        char quote = '\0';
        for (int i = start; i < text.Length; i++)
        {
            char c = text[i];
            if (quote != '\0')
            {
                if (c == '\\')
                {
                    i++;
                }
                else if (c == quote)
                {
                    quote = '\0';
                }
            }
            else if (c is '\'' or '"')
            {
                quote = c;
            }
            else if (c == '{')
            {
                depth++;
            }
            else if (c == '}' && depth-- == 0)
            {
                return i;
            }
        }

        return -1;
    }
}
