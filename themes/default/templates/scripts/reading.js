{# The script that reads a page aloud. Its modules, each after those that it imports, become one file. #}
{% filter joined %}
{% include "scripts/reading/parts.js" %}

{% include "scripts/reading/speaking.js" %}

{% include "scripts/reading/bar.js" %}

{% include "scripts/reading/start.js" %}
{% endfilter %}
