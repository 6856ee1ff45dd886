{# The script of the search page, joined like page.js. #}
{% filter joined %}
{% include "scripts/search/text.js" %}

{% include "scripts/search/settings.js" %}

{% include "scripts/search/address.js" %}

{% include "scripts/search/dates.js" %}

{% include "scripts/search/choices.js" %}

{% include "scripts/search/daywords.js" %}

{% include "scripts/search/understanding.js" %}

{% include "scripts/search/entries.js" %}

{% include "scripts/search/filtering.js" %}

{% include "scripts/search/counting.js" %}

{% include "scripts/search/answers.js" %}

{% include "scripts/search/near.js" %}

{% include "scripts/search/results.js" %}

{% include "scripts/search/start.js" %}
{% endfilter %}
