{# The script of the pages of texts, joined like page.js. #}
{% filter joined %}
{% include "scripts/share/copying.js" %}

{% include "scripts/share/preview.js" %}

{% include "scripts/share/start.js" %}
{% endfilter %}
