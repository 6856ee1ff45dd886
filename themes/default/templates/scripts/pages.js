{# The script of the search through pages of text, joined like page.js. #}
{% filter joined %}
{% include "scripts/pages/finding.js" %}

{% include "scripts/pages/start.js" %}
{% endfilter %}
